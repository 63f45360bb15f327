package org.copilotframework.storage.jdbc.postgresql;

import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.storage.jdbc.JdbcSettings;
import org.copilotframework.storage.jdbc.sql.Database;

public abstract class PostgresDatabase implements Database {
    public static PostgresDatabase open(StorageUrl url, JdbcSettings settings) {
        throw new UnsupportedOperationException("soon");
    }
}
