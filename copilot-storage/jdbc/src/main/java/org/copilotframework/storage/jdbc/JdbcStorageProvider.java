package org.copilotframework.storage.jdbc;

import java.util.Set;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.storage.jdbc.postgresql.PostgresDatabase;
import org.copilotframework.storage.jdbc.sql.SqlStorage;
import org.copilotframework.storage.jdbc.sqlite.SqliteDatabase;

/**
 * Opens stores in SQLite ({@code sqlite:data/copilot.db}) and PostgreSQL ({@code postgresql://user:password@host:5432/database}).
 * Its settings are {@link JdbcSettings}. Safe for use by several threads.
 */
public final class JdbcStorageProvider implements StorageProvider {
    /** Made by {@link java.util.ServiceLoader}, or by an application. */
    public JdbcStorageProvider() {}

    @Override
    public String name() {
        return "jdbc";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("sqlite", "postgresql", "postgres");
    }

    @Override
    public Storage open(StorageUrl url, ProviderContext context) {
        JdbcSettings settings = context.settings(JdbcSettings.class);
        return new SqlStorage(
                url.scheme().equals("sqlite")
                        ? SqliteDatabase.open(url, settings, context.home())
                        : PostgresDatabase.open(url, settings));
    }
}
