package org.copilotframework.security.encryption;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.storage.tck.LastingStorageKit;
import org.copilotframework.storage.tck.StoreUnderTest;

/** The promises of every store, kept by an encrypted file. */
class EncryptedSqliteKitTest extends LastingStorageKit {
    private static final EncryptedFile STORE = new EncryptedFile(folder().resolve("test.db"));

    @Override
    protected StoreUnderTest store() {
        return STORE;
    }

    @Override
    protected StoreUnderTest emptyStore() {
        return new EncryptedFile(folder().resolve("test.db"));
    }

    @Override
    protected void makeOlder(TenantId tenant, SessionId session, Duration by) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + STORE.file());
                PreparedStatement statement = connection.prepareStatement(
                        "UPDATE copilot_session SET changed = changed - ?1, day = (changed - ?1) / 86400000000"
                                + " WHERE tenant = ?2 AND id = ?3")) {
            statement.setLong(1, by.toMillis() * 1_000);
            statement.setString(2, tenant.value());
            statement.setString(3, session.value());
            statement.executeUpdate();
        }
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory(
                    Files.createDirectories(Path.of("target", "sqlite").toAbsolutePath()), "test");
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    private record EncryptedFile(Path file) implements StoreUnderTest {
        @Override
        public StorageProvider provider() {
            return new EncryptedSqliteProvider();
        }

        @Override
        public String url() {
            return "encrypted-sqlite:" + file;
        }

        /** That a file keeps up is shown elsewhere. */
        @Override
        public int commits() {
            return 60;
        }
    }
}
