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
import org.copilotframework.storage.tck.IdleSessionsKit;
import org.copilotframework.storage.tck.StorageKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.junit.jupiter.api.Nested;

/** The kit for all stores on the one in memory. */
class MemoryStorageKitTest extends StorageKit {
    private static final StoreUnderTest MEMORY = store(new MemoryStorageProvider());

    @Override
    protected StoreUnderTest store() {
        return MEMORY;
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
