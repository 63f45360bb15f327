package org.copilotframework.storage.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.storage.tck.LastingStorageKit;
import org.copilotframework.storage.tck.StoreUnderTest;

/** The kit on a file. */
class SqliteKitTest extends LastingStorageKit {
    private static final TestSqlite STORE = new TestSqlite();

    @Override
    protected StoreUnderTest store() {
        return STORE;
    }

    @Override
    protected StoreUnderTest emptyStore() {
        return new TestSqlite();
    }

    @Override
    protected void makeOlder(TenantId tenant, SessionId session, Duration by) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:" + STORE.url());
                PreparedStatement statement = connection.prepareStatement(
                        "UPDATE copilot_session SET changed = changed - ?1, day = (changed - ?1) / 86400000000"
                                + " WHERE tenant = ?2 AND id = ?3")) {
            statement.setLong(1, by.toMillis() * 1_000);
            statement.setString(2, tenant.value());
            statement.setString(3, session.value());
            statement.executeUpdate();
        }
    }
}
