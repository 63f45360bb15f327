package org.copilotframework.storage.tck;

import org.junit.jupiter.api.Nested;

/**
 * What every store promises, theme by theme. The author of a store extends this class and says which store it is about, or
 * {@link LastingStorageKit} if the store outlives its process. The themes are run as nested classes, each with one open store.
 */
public abstract class StorageKit {
    /** For subclasses. */
    protected StorageKit() {}

    /**
     * The store that the tests are about. It is asked for when the first test of a theme begins.
     *
     * @return always the same store
     */
    protected abstract StoreUnderTest store();

    /**
     * The store for tests that look at all that is in it, which takes long if much is in it and it is slow.
     *
     * @return always the same store; by default {@link #store()}
     */
    protected StoreUnderTest storeOfItsOwn() {
        return store();
    }

    @Nested
    class Commits extends CommitKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class Sessions extends SessionsKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class Runs extends RunsKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class Claims extends ClaimKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class Deletions extends RunDeletionKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class LargeDeletions extends LargeDeletionsKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class Bounds extends BoundsKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class Journal extends JournalKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class Values extends ValuesKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class Messages extends OutboxKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class Received extends InboxKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class Tenants extends TenantsKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.storeOfItsOwn();
        }
    }

    @Nested
    class Names extends NamesKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class Retention extends RetentionKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class Contention extends ContentionKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }

    @Nested
    class Lifecycle extends LifecycleKit {
        @Override
        protected StoreUnderTest store() {
            return StorageKit.this.store();
        }
    }
}
