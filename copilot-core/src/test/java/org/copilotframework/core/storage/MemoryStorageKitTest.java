package org.copilotframework.core.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.storage.tck.ClaimKit;
import org.copilotframework.storage.tck.CommitKit;
import org.copilotframework.storage.tck.ContentionKit;
import org.copilotframework.storage.tck.IdleSessionsKit;
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

/** The kit for all stores on the one in memory. */
class MemoryStorageKitTest {
    private static final StoreUnderTest MEMORY = store(new MemoryStorageProvider());

    @Nested
    class Claims extends ClaimKit {
        @Override
        protected StoreUnderTest store() {
            return MEMORY;
        }
    }

    @Nested
    class Commits extends CommitKit {
        @Override
        protected StoreUnderTest store() {
            return MEMORY;
        }
    }

    @Nested
    class Contention extends ContentionKit {
        @Override
        protected StoreUnderTest store() {
            return MEMORY;
        }
    }

    @Nested
    class Journal extends JournalKit {
        @Override
        protected StoreUnderTest store() {
            return MEMORY;
        }
    }

    @Nested
    class Lifecycle extends LifecycleKit {
        @Override
        protected StoreUnderTest store() {
            return MEMORY;
        }
    }

    @Nested
    class Names extends NamesKit {
        @Override
        protected StoreUnderTest store() {
            return MEMORY;
        }
    }

    @Nested
    class Messages extends OutboxKit {
        @Override
        protected StoreUnderTest store() {
            return MEMORY;
        }
    }

    @Nested
    class Retention extends RetentionKit {
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
    class Sessions extends SessionsKit {
        @Override
        protected StoreUnderTest store() {
            return MEMORY;
        }
    }

    @Nested
    class Tenants extends TenantsKit {
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

    @Nested
    class IdleSessions extends IdleSessionsKit {
        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2025-06-01T12:00:00Z"));
        private final StoreUnderTest store = MemoryStorageKitTest.store(new Clocked(now::get));

        @Override
        protected StoreUnderTest store() {
            return store;
        }

        @Override
        protected void makeOlder(TenantId tenant, SessionId session, Duration by) {
            now.updateAndGet(before -> before.plus(by));
        }
    }

    /** Opens stores whose clock the test moves. */
    private record Clocked(InstantSource clock) implements StorageProvider {
        @Override
        public String name() {
            return "memory";
        }

        @Override
        public Set<String> schemes() {
            return Set.of("memory");
        }

        @Override
        public Storage open(StorageUrl url, ProviderContext context) {
            return new MemoryStorage(MemoryStorageProvider.RUNS_KEPT, clock);
        }
    }

    private static StoreUnderTest store(StorageProvider provider) {
        return new StoreUnderTest() {
            @Override
            public StorageProvider provider() {
                return provider;
            }

            @Override
            public String url() {
                return "memory:local";
            }
        };
    }
}
