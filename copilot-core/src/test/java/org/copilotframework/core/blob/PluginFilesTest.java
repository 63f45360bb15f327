package org.copilotframework.core.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginFilesTest {
    private static final TenantId ACME = new TenantId("acme");

    private static final int MOST = 3;

    @TempDir
    Path root;

    private LocalBlobs all;
    private PluginFiles docs;

    @BeforeEach
    void open() {
        all = new LocalBlobs(root);
        docs = PluginFiles.of(all, ACME, "docs", MOST);
    }

    @Test
    void aPluginSeesItsOwnFilesByTheirOwnNames() throws IOException {
        BlobInfo written = docs.write("index/1", out -> out.write("one".getBytes(UTF_8)));
        docs.write("index/2", out -> {});

        assertThat(written.name()).isEqualTo("index/1");
        assertThat(docs.stat("index/1")).contains(written);
        try (InputStream in = docs.read("index/1").orElseThrow()) {
            assertThat(in).hasContent("one");
        }
        assertThat(docs.list("", "", 10)).extracting(BlobEntry::name).containsExactly("index/1", "index/2");
        assertThat(docs.list("index/", "index/1", 10))
                .extracting(BlobEntry::name)
                .containsExactly("index/2");
        assertThat(all.stat(ACME, "plugins/docs/index/1")).isPresent();
        assertThat(docs.delete("index/1")).isTrue();
        assertThat(docs.stat("index/1")).isEmpty();
    }

    @Test
    void aPluginDeletesTheVersionThatItMeansAndNoOther() throws IOException {
        String first = docs.write("a", out -> {}).version();
        String second = docs.write("a", out -> {}).version();
        assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> docs.delete("a", first));
        assertThat(docs.delete("a", second)).isTrue();
        assertThat(docs.delete("a", second)).isFalse();
    }

    @Test
    void aPluginDoesNotReachAnothersFilesOrAnotherTenants() throws IOException {
        PluginFiles.of(all, ACME, "docs2", MOST).write("a", out -> {});
        PluginFiles.of(all, new TenantId("globex"), "docs", MOST).write("a", out -> {});

        assertThat(docs.list("", "", 10)).isEmpty();
        assertThat(docs.list("../docs2/", "", 10)).isEmpty();
        assertThat(docs.read("a")).isEmpty();
        for (String name : List.of("../docs2/a", "/a", "", "a//b", "\0", "ü", "x".repeat(513), "x".repeat(2048))) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .as(name)
                    .isThrownBy(() -> docs.write(name, out -> {}));
            assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> docs.read(name));
            assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> docs.stat(name));
            assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> docs.delete(name));
        }
    }

    @Test
    void theLongestNameOfAPluginsFileFits() throws IOException {
        String name = "X".repeat(512);
        docs.write(name, out -> {});

        assertThat(docs.list("", "", 10)).extracting(BlobEntry::name).containsExactly(name);
    }

    @Test
    void anIdThatWouldLeaveTheFolderIsRefused() {
        for (String id : List.of("", "..", "a/b", "a\0", "x".repeat(600))) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .as(id)
                    .isThrownBy(() -> PluginFiles.of(all, ACME, id, MOST));
        }
    }

    @Test
    void asManyFilesAreOpenAsPermittedAndEachThatIsClosedOrReadMakesRoom() throws IOException {
        docs.write("a", out -> out.write('a'));
        List<InputStream> open = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            open.add(docs.read("a").orElseThrow());
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> docs.open("a", BlobRange.ALL))
                .withMessageContaining("has 3 files open")
                .withMessageContaining("copilot.invoke.open-files")
                .withMessageContaining("close each");
        assertThat(docs.stat("a")).as("what is not open is not counted").isPresent();

        open.get(0).close();
        open.get(0).close();
        open.set(0, docs.read("a").orElseThrow());
        assertThatIllegalStateException().as("closed twice is closed once").isThrownBy(() -> docs.read("a"));

        assertThat(open.get(1).readAllBytes()).hasSize(1);
        assertThat(docs.read("a")).as("one was read to its end").isPresent();
        assertThat(open.get(1).read()).isEqualTo(-1);
        open.get(1).close();
        assertThatIOException().isThrownBy(() -> open.get(1).read());
        docs.end();
    }

    @Test
    void aFileThatIsNotThereTakesNoPlace() throws IOException {
        for (int i = 0; i < 2 * MOST; i++) {
            assertThat(docs.read("none")).isEmpty();
            assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> docs.read("../a"));
        }
    }

    /** As one does who reads a few bytes of each of many. */
    @Test
    void whoClosesWhatHeOpensMayOpenAsManyAsHeLikes() throws IOException {
        docs.write("a", out -> out.write(new byte[100]));
        for (int i = 0; i < 100 * MOST; i++) {
            try (InputStream file = docs.read("a").orElseThrow()) {
                assertThat(file.read()).isZero();
            }
        }
        docs.end();
    }

    @Test
    void whatIsLeftOpenIsClosedInTheEndAndNothingIsOpenedAfterIt() throws IOException {
        docs.write("a", out -> out.write(new byte[100]));
        InputStream left = docs.read("a").orElseThrow();
        assertThat(left.read()).isZero();
        docs.end();
        assertThatIOException().isThrownBy(left::read).withMessageContaining("end of the activation");
        assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> docs.read("a"));
    }
}
