package org.copilotframework.storage.tck.example;

import java.util.Map;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.storage.tck.ClaimKit;
import org.copilotframework.storage.tck.CommitKit;
import org.copilotframework.storage.tck.ContentionKit;
import org.copilotframework.storage.tck.JournalKit;
import org.copilotframework.storage.tck.LifecycleKit;
import org.copilotframework.storage.tck.NamesKit;
import org.copilotframework.storage.tck.OutboxKit;
import org.copilotframework.storage.tck.RetentionKit;
import org.copilotframework.storage.tck.RunsKit;
import org.copilotframework.storage.tck.SessionsKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.copilotframework.storage.tck.TenantsKit;
import org.copilotframework.storage.tck.ValuesKit;
import org.junit.jupiter.api.Nested;

class ShelfTest {
    static final StoreUnderTest SHELF = new StoreUnderTest() {
        private final StorageProvider provider = new ShelfProvider();

        @Override
        public StorageProvider provider() {
            return provider;
        }

        @Override
        public String url() {
            return "shelf:kit";
        }

        @Override
        public Map<String, String> settings() {
            return Map.of("capacity", "100000");
        }
    };

    @Nested
    class Commits extends CommitKit {
        @Override
        protected StoreUnderTest store() {
            return SHELF;
        }
    }

    @Nested
    class Sessions extends SessionsKit {
        @Override
        protected StoreUnderTest store() {
            return SHELF;
        }
    }

    @Nested
    class Runs extends RunsKit {
        @Override
        protected StoreUnderTest store() {
            return SHELF;
        }
    }

    @Nested
    class Claims extends ClaimKit {
        @Override
        protected StoreUnderTest store() {
            return SHELF;
        }
    }

    @Nested
    class Journal extends JournalKit {
        @Override
        protected StoreUnderTest store() {
            return SHELF;
        }
    }

    @Nested
    class Values extends ValuesKit {
        @Override
        protected StoreUnderTest store() {
            return SHELF;
        }
    }

    @Nested
    class Messages extends OutboxKit {
        @Override
        protected StoreUnderTest store() {
            return SHELF;
        }
    }

    @Nested
    class Tenants extends TenantsKit {
        @Override
        protected StoreUnderTest store() {
            return SHELF;
        }
    }

    @Nested
    class Names extends NamesKit {
        @Override
        protected StoreUnderTest store() {
            return SHELF;
        }
    }

    @Nested
    class Retention extends RetentionKit {
        @Override
        protected StoreUnderTest store() {
            return SHELF;
        }
    }

    @Nested
    class Lifecycle extends LifecycleKit {
        @Override
        protected StoreUnderTest store() {
            return SHELF;
        }
    }

    @Nested
    class Contention extends ContentionKit {
        @Override
        protected StoreUnderTest store() {
            return SHELF;
        }
    }
}
