package org.copilotframework.storage.jdbc;

import org.copilotframework.storage.tck.ClaimKit;
import org.copilotframework.storage.tck.CommitKit;
import org.copilotframework.storage.tck.RunsKit;
import org.copilotframework.storage.tck.SessionsKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.copilotframework.storage.tck.ValuesKit;
import org.junit.jupiter.api.Nested;

class PostgresKitTest {
    private static final StoreUnderTest STORE = TestPostgres.store();

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
