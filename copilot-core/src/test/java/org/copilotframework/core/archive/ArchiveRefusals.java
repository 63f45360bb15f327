package org.copilotframework.core.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store that takes small archives, for tests of what it refuses: each message names the file and the fix. */
abstract class ArchiveRefusals {
    static final ArchiveLimits SMALL = new ArchiveLimits(1 << 20, 50, 64 << 20, 100);

    @TempDir
    Path folder;

    PluginStore store;

    @BeforeEach
    void openStore() throws IOException {
        store = new PluginStore(folder.resolve("home"), SMALL, Trust.ANY);
    }

    static PluginJars good() {
        return PluginJars.plugin("good", "1.0.0").agent("good", "return AgentReply.text(\"good\");");
    }

    RefusedArchiveException assertRefused(Path archive, String... words) {
        RefusedArchiveException refused = refusal(store, archive, null);
        assertThat(refused)
                .hasMessageStartingWith(archive.getFileName() + " is refused: ")
                .hasMessageContainingAll(words);
        assertThat(refused.problems()).isNotEmpty().allMatch(problem -> problem.contains("; "));
        return refused;
    }

    void assertAccepted(Path archive) {
        try {
            assertThat(store.accept(archive, null, false).file()).exists();
        } catch (RefusedArchiveException e) {
            throw new AssertionError(e);
        }
    }

    static RefusedArchiveException refusal(PluginStore store, Path archive, String digest) {
        return catchThrowableOfType(RefusedArchiveException.class, () -> store.accept(archive, digest, false));
    }

    /** Changes one byte of an entry's record in the directory. */
    static void patchDirectory(Path file, String entry, int offset, int value) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = buffer.getInt(bytes.length - 6);
        while (!new String(bytes, at + 46, buffer.getShort(at + 28), UTF_8).equals(entry)) {
            at += 46 + buffer.getShort(at + 28) + buffer.getShort(at + 30) + buffer.getShort(at + 32);
        }
        bytes[at + offset] = (byte) value;
        Files.write(file, bytes);
    }
}
