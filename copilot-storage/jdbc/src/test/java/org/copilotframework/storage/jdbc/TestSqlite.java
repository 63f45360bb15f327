package org.copilotframework.storage.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.storage.tck.StoreUnderTest;

/** A file in a new folder. */
record TestSqlite(Path file, Map<String, String> settings) implements StoreUnderTest {
    TestSqlite() {
        this(Map.of());
    }

    TestSqlite(Map<String, String> settings) {
        this(folder().resolve("test.db"), settings);
    }

    static Path folder() {
        try {
            return Files.createTempDirectory(
                    Files.createDirectories(Path.of("target", "sqlite").toAbsolutePath()), "test");
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    /** The same file with other settings. */
    TestSqlite with(String name, String value) {
        return new TestSqlite(file, Map.of(name, value));
    }

    @Override
    public StorageProvider provider() {
        return new JdbcStorageProvider();
    }

    @Override
    public String url() {
        return "sqlite:" + file;
    }
}
