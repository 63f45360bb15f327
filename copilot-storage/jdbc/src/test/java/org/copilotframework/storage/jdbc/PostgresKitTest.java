package org.copilotframework.storage.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.storage.tck.ClaimKit;
import org.copilotframework.storage.tck.CommitKit;
import org.copilotframework.storage.tck.ContentionKit;
import org.copilotframework.storage.tck.CrashKit;
import org.copilotframework.storage.tck.IdleSessionsKit;
import org.copilotframework.storage.tck.JournalKit;
import org.copilotframework.storage.tck.LifecycleKit;
import org.copilotframework.storage.tck.MigrationKit;
import org.copilotframework.storage.tck.NamesKit;
import org.copilotframework.storage.tck.OutboxKit;
import org.copilotframework.storage.tck.RetentionKit;
import org.copilotframework.storage.tck.RunsKit;
import org.copilotframework.storage.tck.SessionsKit;
import org.copilotframework.storage.tck.SharingKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.copilotframework.storage.tck.TenantsKit;
import org.copilotframework.storage.tck.ValuesKit;
import org.junit.jupiter.api.Nested;

/** The kit on a PostgreSQL server, as a role that row-level security holds back. */
class PostgresKitTest {
    private static final TestDatabase STORE = TestDatabase.forKit();

    @Nested
    class Claims extends ClaimKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
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
    class Contention extends ContentionKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }

    @Nested
    class Crash extends CrashKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }

    @Nested
    class Journal extends JournalKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }

    @Nested
    class Lifecycle extends LifecycleKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }

    @Nested
    class Names extends NamesKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }

    @Nested
    class Outbox extends OutboxKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }

    @Nested
    class Retention extends RetentionKit {
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
    class Sessions extends SessionsKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }

    @Nested
    class Sharing extends SharingKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }
    }

    @Nested
    class Tenants extends TenantsKit {
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

    @Nested
    class IdleSessions extends IdleSessionsKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
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
    }

    @Nested
    class Migration extends MigrationKit {
        @Override
        protected StoreUnderTest store() {
            return STORE;
        }

        @Override
        protected StoreUnderTest emptyStore() {
            return TestDatabase.empty();
        }
    }
}
