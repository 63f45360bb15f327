package org.copilotframework.storage.tck;

import java.time.Duration;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.junit.jupiter.api.Nested;

/**
 * What every store promises, and also what one promises that outlives its process: it has a schema, others see what is
 * committed, and a crash loses nothing. A store that has a server extends {@link NetworkFaultsKit} as well,
 * and {@link StoreClockKit} if the server has a clock.
 */
public abstract class LastingStorageKit extends StorageKit {
    /** For subclasses. */
    protected LastingStorageKit() {}

    /**
     * A store in which there is nothing yet, not even a schema.
     *
     * @return another one each time
     * @throws Exception if it cannot be made, which fails the test
     */
    protected abstract StoreUnderTest emptyStore() throws Exception;

    /**
     * Makes a session of {@link #storeOfItsOwn()} look as if its last commit had been made earlier, by changing what is stored.
     *
     * @param tenant whose session
     * @param session which session
     * @param by how much earlier
     * @throws Exception if that fails, which fails the test
     */
    protected abstract void makeOlder(TenantId tenant, SessionId session, Duration by) throws Exception;

    @Nested
    class Migration extends MigrationKit {
        @Override
        protected StoreUnderTest store() {
            return LastingStorageKit.this.store();
        }

        @Override
        protected StoreUnderTest emptyStore() throws Exception {
            return LastingStorageKit.this.emptyStore();
        }
    }

    @Nested
    class Sharing extends SharingKit {
        @Override
        protected StoreUnderTest store() {
            return LastingStorageKit.this.store();
        }
    }

    @Nested
    class Crash extends CrashKit {
        @Override
        protected StoreUnderTest store() {
            return LastingStorageKit.this.store();
        }
    }

    @Nested
    class IdleSessions extends IdleSessionsKit {
        @Override
        protected StoreUnderTest store() {
            return LastingStorageKit.this.storeOfItsOwn();
        }

        @Override
        protected void makeOlder(TenantId tenant, SessionId session, Duration by) throws Exception {
            LastingStorageKit.this.makeOlder(tenant, session, by);
        }
    }

    @Nested
    class WrongClock extends WrongClockKit {
        @Override
        protected StoreUnderTest store() {
            return LastingStorageKit.this.store();
        }
    }
}
