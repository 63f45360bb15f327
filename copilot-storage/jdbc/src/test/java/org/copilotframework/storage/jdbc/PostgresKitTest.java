package org.copilotframework.storage.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.storage.tck.LastingStorageKit;
import org.copilotframework.storage.tck.StoreClockKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.junit.jupiter.api.Nested;

/** The kit on a PostgreSQL server, as a role that row-level security holds back. */
class PostgresKitTest extends LastingStorageKit {
    private static final TestDatabase STORE = TestDatabase.forKit();

    @Override
    protected StoreUnderTest store() {
        return STORE;
    }

    @Override
    protected StoreUnderTest emptyStore() throws SQLException {
        return TestDatabase.emptyForKit();
    }

    @Override
    protected void makeOlder(TenantId tenant, SessionId session, Duration by) throws Exception {
        try (Connection connection = STORE.connect(tenant);
                PreparedStatement statement = connection.prepareStatement("UPDATE copilot_session"
                        + " SET changed = changed - ?, day = (changed - ?) / 86400000000 WHERE id = ?")) {
            statement.setLong(1, by.toMillis() * 1_000);
            statement.setLong(2, by.toMillis() * 1_000);
            statement.setString(3, session.value());
            statement.executeUpdate();
        }
    }

    @Nested
    class StoreClock extends StoreClockKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }
}
