package org.copilotframework.core.storage;

import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.storage.tck.ClaimKit;
import org.copilotframework.storage.tck.CommitKit;
import org.copilotframework.storage.tck.RunsKit;
import org.copilotframework.storage.tck.SessionsKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.copilotframework.storage.tck.ValuesKit;
import org.junit.jupiter.api.Nested;

/** The kit for all stores on the one in memory. */
class MemoryStorageKitTest {
    private static final StoreUnderTest MEMORY = new StoreUnderTest() {
        @Override
        public StorageProvider provider() {
            return new MemoryStorageProvider();
        }

        @Override
        public String url() {
            return "memory:local";
        }
    };

    @Nested
    class Commits extends CommitKit {
        @Override
        protected StoreUnderTest store() {
            return MEMORY;
        }
    }

    @Nested
    class Sessions extends SessionsKit {
        @Override
        protected StoreUnderTest store() {
            return MEMORY;
        }
    }

    @Nested
    class Runs extends RunsKit {
        @Override
        protected StoreUnderTest store() {
            return MEMORY;
        }
    }

    @Nested
    class Claims extends ClaimKit {
        @Override
        protected StoreUnderTest store() {
            return MEMORY;
        }
    }

    @Nested
    class Values extends ValuesKit {
        @Override
        protected StoreUnderTest store() {
            return MEMORY;
        }
    }
}
