package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store of private copies, whose clock is the test's. */
abstract class StoredCopies {
    @TempDir
    Path folder;

    Path home;
    Path sources;
    final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);
    PluginStore store;

    @BeforeEach
    void openStore() throws IOException {
        home = folder.resolve("home");
        sources = folder.resolve("sources");
        store = new PluginStore(home, ArchiveLimits.DEFAULT, Trust.ANY, nanos::get);
    }

    static PluginJars hello(String version) {
        return PluginJars.plugin("hello", version).agent("hello", "return AgentReply.text(\"hello\");");
    }

    static void age(StoredPlugin stored) throws IOException {
        Instant old = Instant.now().minus(RecentCopies.IN_FLIGHT).minusSeconds(60);
        Files.setLastModifiedTime(stored.file().getParent(), FileTime.from(old));
    }

    static List<String> names(Path folder) {
        return Stream.of(folder.toFile().list()).sorted().toList();
    }
}
