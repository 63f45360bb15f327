package org.copilotframework.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.blob.LocalBlobs;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.core.secret.CleanWords;
import org.copilotframework.core.secret.Redaction;
import org.copilotframework.core.storage.MemoryStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class CleanStoresTest {
    private static final String TOKEN = "c4n4ry-of-the-files";
    private static final TenantId ACME = new TenantId("acme");

    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    @TempDir
    Path folder;

    private final Redaction redaction = new Redaction(() -> List.of(TOKEN));

    /** A store whose streams fail as soon as they are used, and which says its token then. */
    private Blobs telltale() {
        Blobs real = new LocalBlobs(folder);
        return (Blobs) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Blobs.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("write")) {
                        ((BlobWriter) arguments[arguments.length - 1]).writeTo(new Failing());
                        return null;
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        return result instanceof Optional<?> file
                                ? file.map(one -> one instanceof Blob blob
                                        ? new Blob(blob.info(), new FailingInput(blob.content()))
                                        : one instanceof InputStream content ? new FailingInput(content) : one)
                                : result;
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    private static final class Failing extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            throw new IOException("PUT /x?token=" + TOKEN);
        }

        @Override
        public void flush() {
            throw new IllegalStateException("broken with " + TOKEN);
        }
    }

    private static final class FailingInput extends FilterInputStream {
        FailingInput(InputStream content) {
            super(content);
        }

        @Override
        public int read() throws IOException {
            throw new IOException("GET /x?token=" + TOKEN);
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            throw new FileNotFoundException("/x?token=" + TOKEN);
        }

        @Override
        public int available() {
            throw new IllegalStateException("broken with " + TOKEN);
        }

        @Override
        public void close() throws IOException {
            super.close();
            throw new IOException("closed with " + TOKEN);
        }
    }

    @Test
    void whatAFileSaysWhileItIsReadOrWrittenIsToldWithoutASecret() throws IOException {
        new LocalBlobs(folder).write(ACME, "x", out -> out.write("content".getBytes(UTF_8)));
        Blobs files = CleanStores.blobs(telltale(), redaction);
        InputStream read = files.read(ACME, "x").orElseThrow();
        InputStream content = files.open(ACME, "x", BlobRange.ALL).orElseThrow().content();
        List<Callable<Object>> uses = List.of(
                read::read,
                read::readAllBytes,
                () -> read.transferTo(OutputStream.nullOutputStream()),
                content::available,
                () -> {
                    content.close();
                    return "closed";
                });
        for (Callable<Object> use : uses) {
            assertThat(Faults.stack(catchThrowable(use::call)))
                    .contains("*****")
                    .doesNotContain(TOKEN);
        }
        assertThatThrownBy(read::close).isInstanceOf(IOException.class).hasMessageEndingWith("closed with *****");
        files.write(ACME, "y", out -> {
            assertThatThrownBy(() -> out.write(1)).hasMessageEndingWith("PUT /x?token=*****");
            assertThatThrownBy(() -> out.write(new byte[2])).hasMessageEndingWith("PUT /x?token=*****");
            assertThatThrownBy(out::flush).hasMessageEndingWith("broken with *****");
        });
        assertThat(files.stat(ACME, "x").map(BlobInfo::size)).contains(7L);
    }

    @Test
    void theFilesOfTheApplicationAreCleanedToo() {
        try (Orchestrator orchestrator = Orchestrator.builder()
                .home(bed.home())
                .setting("copilot.blobs.other.token", TOKEN)
                .blobs(broken())
                .start()) {
            assertThatThrownBy(() -> orchestrator.erase(ACME))
                    .hasMessageContaining("no login with *****")
                    .satisfies(thrown -> assertThat(Faults.stack(thrown)).doesNotContain(TOKEN));
        }
    }

    private static Blobs broken() {
        return (Blobs) Proxy.newProxyInstance(
                CleanStoresTest.class.getClassLoader(), new Class<?>[] {Blobs.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    throw new IOException("no login with " + TOKEN);
                });
    }

    @Test
    void aStoreIsItselfAndItsPartsAreAlwaysTheSame() {
        Storage plain = new MemoryStorage(10);
        assertThat(CleanStores.storage(plain, redaction)).isSameAs(plain);
        Storage given = (Storage) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Storage.class},
                (proxy, method, arguments) -> method.invoke(plain, arguments));
        Storage clean = CleanStores.storage(given, redaction);
        Storage other = CleanStores.storage(given, redaction);
        // Whose contains asks equals.
        assertThat(Set.of(clean).contains(clean)).isTrue();
        assertThat(Set.of(clean).contains(other)).isFalse();
        assertThat(clean.hashCode()).isEqualTo(clean.hashCode());
        assertThat(clean.values()).isSameAs(clean.values());
    }

    @Test
    void aFaultWithoutASecretIsPassedOnAsItIs() {
        Blobs files = CleanStores.blobs(telltale(), redaction);
        IOException own = new FileNotFoundException("mine");
        assertThatThrownBy(() -> files.write(ACME, "z", out -> {
                    throw own;
                }))
                .isSameAs(own);
    }

    @Test
    void aSecretIsFoundBeforeAMessageIsCut() {
        String words = "x".repeat(3_990) + " " + TOKEN + " and on";
        assertThat(CleanWords.of(new IllegalArgumentException("far", new IOException(words)), redaction))
                .hasMessageContaining(" *****")
                .hasMessageNotContaining("c4n4ry");
    }

    @Test
    void whatIsSaidBesideAFaultIsLookedAtToo() {
        IllegalStateException fault = new IllegalStateException("harmless");
        fault.addSuppressed(new IOException("behind", new IOException(TOKEN)));
        assertThat(CleanWords.of(fault, redaction)).isNotSameAs(fault).hasNoSuppressedExceptions();
        IllegalStateException circle = new IllegalStateException("round");
        circle.addSuppressed(new IllegalStateException("and round", circle));
        assertThat(CleanWords.of(circle, redaction)).isSameAs(circle);
    }
}
