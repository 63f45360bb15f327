package org.copilotframework.core.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.copilotframework.core.fixture.SigningIdentity;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store that asks for a signature of somebody it trusts. */
abstract class SignedArchives {
    static final SigningIdentity ACME = SigningIdentity.selfSigned("Acme");
    static final SigningIdentity STRANGER = SigningIdentity.selfSigned("Stranger");

    @TempDir
    Path folder;

    Path truststore;
    PluginStore store;

    @BeforeEach
    void openStore() throws IOException {
        truststore = SigningIdentity.truststore(folder, "secret", ACME);
        store = new PluginStore(folder.resolve("home"), ArchiveLimits.DEFAULT, Trust.signed(truststore, "secret"));
    }

    PluginJars good() {
        return PluginJars.plugin("good", "1.0.0")
                .agent("good", "return AgentReply.text(\"good\");")
                .entry("notes.txt", "a".repeat(70_000).getBytes(UTF_8));
    }

    Path jar() {
        return good().build(folder);
    }

    Path zip() {
        return good().library("l.jar", Map.of("lib.L", "package lib; public class L {}"))
                .buildZip(folder);
    }

    StoredPlugin taken(Path archive) throws RefusedArchiveException {
        StoredPlugin stored = store.accept(archive, null, false);
        assertThat(store.accept(archive, null, false)).isEqualTo(stored);
        return stored;
    }

    RefusedArchiveException refused(Path archive, String... words) throws IOException {
        RefusedArchiveException refused =
                catchThrowableOfType(RefusedArchiveException.class, () -> store.accept(archive, null, false));
        assertThat(refused)
                .hasMessageStartingWith(archive.getFileName() + " is refused: ")
                .hasMessageContainingAll(words);
        assertThat(refused.problems()).allMatch(problem -> problem.contains("; "));
        assertThat(folder.resolve("home/plugins")).isEmptyDirectory();
        assertThat(catchThrowableOfType(RefusedArchiveException.class, () -> store.check(archive)))
                .hasMessage(refused.getMessage());
        return refused;
    }

    /** Packs an archive again with other entries. */
    static Path change(Path archive, Consumer<Map<String, byte[]>> change) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        change.accept(entries);
        return Files.write(archive, PluginJars.zip(entries));
    }
}
