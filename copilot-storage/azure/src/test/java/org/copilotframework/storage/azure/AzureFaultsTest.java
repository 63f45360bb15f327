package org.copilotframework.storage.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store does with each bad answer of the service, or none. */
class AzureFaultsTest {
    private static final TenantId ACME = new TenantId("acme");

    private AzureFake fake;
    private Blobs blobs;

    @BeforeEach
    void start() throws IOException {
        fake = new AzureFake();
        blobs = service().open();
    }

    @AfterEach
    void stop() {
        blobs.close();
        fake.close();
    }

    private AzureUnderTest service() {
        return AzureUnderTest.with(java.util.Optional.of(fake.endpoint()), Azurite.KEY);
    }

    @Test
    void whoIsInterruptedIsToldAndStaysSo() {
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> blobs.stat(ACME, "a"));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Whatever it is, and whatever the writer does then: no file of which bytes are missing. */
    @Test
    void anInterruptThatTheWriterHidesWritesNothing() throws IOException {
        write("a", "first");
        try (Blobs small = service().chunkMib(1).open()) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> small.write(ACME, "a", out -> {
                        out.write(new byte[1 << 20]);
                        Thread.currentThread().interrupt();
                        try {
                            out.write(new byte[1 << 20]);
                        } catch (IOException | RuntimeException hidden) {
                            assertThat(Thread.interrupted()).isTrue();
                        }
                    }));
        }
        assertThat(read("a")).isEqualTo("first");
    }

    private void write(String name, String content) throws IOException {
        blobs.write(ACME, name, out -> out.write(content.getBytes(UTF_8)));
    }

    private String read(String name) throws IOException {
        try (InputStream in = blobs.read(ACME, name).orElseThrow()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    @Test
    void blocksThatAnotherWriterMadeTheServiceForgetAreNoHalfFile() throws IOException {
        try (Blobs small = service().chunkMib(1).open()) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> small.write(ACME, "a", out -> {
                        out.write(new byte[3 << 20]);
                        write("a", "another");
                    }))
                    .withMessageContaining("at the same time; write it again");
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> small.write(ACME, "b", BlobOptions.NONE.ifAbsent(), out -> {
                        out.write(new byte[3 << 20]);
                        write("b", "another");
                    }));
        }
        assertThat(read("a")).isEqualTo("another");
    }

    @Test
    void aFileThatIsReplacedWhileItIsReadFails() throws IOException {
        blobs.write(ACME, "a", out -> out.write(new byte[AzureBlobs.READ + 10]));
        try (InputStream in = blobs.read(ACME, "a").orElseThrow()) {
            in.skipNBytes(AzureBlobs.READ);
            write("a", "shorter");
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(in::read)
                    .withMessageContaining("replaced or deleted");
        }
    }

    @Test
    void anAccountWithFoldersIsRefusedAtTheStart() {
        blobs.check();
        fake.becomeHierarchical();
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(blobs::check)
                .withMessageContaining("copilot.blobs.azure.account")
                .withMessageContaining("hierarchical namespace");
    }

    /** Such as one with a signature for a container only. */
    @Test
    void whoMayNotAskForTheAccountsKindIsBelieved() {
        fake.fail(1_000, request -> request.contains("restype=account"), AzureFake.status(403, "AuthorizationFailure"));
        blobs.check();
    }

    /** However many long names there are. */
    @Test
    void aPageIsOneRequest() throws IOException {
        for (int i = 0; i < 9; i++) {
            write("n".repeat(900) + i, "x");
        }
        fake.behave();
        assertThat(blobs.list(ACME, "", "", 100)).hasSize(9);
        assertThat(fake.seen()).hasSize(1);
    }
}
