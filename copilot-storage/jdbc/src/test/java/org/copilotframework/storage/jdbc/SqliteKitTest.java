package org.copilotframework.storage.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.storage.tck.ClaimKit;
import org.copilotframework.storage.tck.CommitKit;
import org.copilotframework.storage.tck.RunsKit;
import org.copilotframework.storage.tck.SessionsKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.copilotframework.storage.tck.ValuesKit;
import org.junit.jupiter.api.Nested;

class SqliteKitTest {
    private static final StoreUnderTest STORE = new SqliteStore();

    /** A file of its own for each run of the tests. */
    private static final class SqliteStore implements StoreUnderTest {
        private final Path folder = folder();

        private static Path folder() {
            try {
                return Files.createTempDirectory(Files.createDirectories(Path.of("target", "sqlite")), "kit");
            } catch (IOException full) {
                throw new UncheckedIOException(full);
            }
        }

        @Override
        public StorageProvider provider() {
            return new JdbcStorageProvider();
        }

        @Override
        public String url() {
            return "sqlite:" + folder.resolve("kit.db");
        }
    }

    @Nested
    class Commits extends CommitKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }

    @Nested
    class Sessions extends SessionsKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }

    @Nested
    class Runs extends RunsKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }

    @Nested
    class Claims extends ClaimKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }

    @Nested
    class Values extends ValuesKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }
}
