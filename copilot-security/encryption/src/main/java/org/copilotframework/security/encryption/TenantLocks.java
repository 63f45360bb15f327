package org.copilotframework.security.encryption;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * A lock of its own for each tenant, so that a key that is slow to come keeps no other tenant waiting. A lock is there for as long as
 * somebody has it or waits for it, and nobody waits for long, so there are never more than threads. Safe for use by several threads.
 */
final class TenantLocks {
    /** So long at most a thread waits for another one's look. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration RETRY = Duration.ofSeconds(10);

    private final Map<TenantId, Shared> locks = new ConcurrentHashMap<>();

    private static final class Shared {
        private final ReentrantLock lock = new ReentrantLock();

        /** How many threads have it or wait for it. Changed within the map's own lock of its tenant only. */
        private int users;
    }

    /** A lock that the present thread has until it closes this. */
    final class Taken implements AutoCloseable {
        private final TenantId tenant;
        private final Shared shared;

        private Taken(TenantId tenant, Shared shared) {
            this.tenant = tenant;
            this.shared = shared;
        }

        @Override
        public void close() {
            shared.lock.unlock();
            leave(tenant);
        }
    }

    /** Takes a tenant's lock, if nobody has it. */
    @Nullable
    Taken tryTake(TenantId tenant) {
        Shared shared = join(tenant);
        if (shared.lock.tryLock()) {
            return new Taken(tenant, shared);
        }
        leave(tenant);
        return null;
    }

    /**
     * Waits for a tenant's lock, but not for as long as a service may take for everybody before.
     *
     * @throws UnavailableException if others have it for too long, or the thread is interrupted
     */
    Taken take(TenantId tenant) {
        Shared shared = join(tenant);
        boolean taken = false;
        try {
            taken = shared.lock.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new UnavailableException(
                    "interrupted while the key of tenant '" + tenant + "' was waited for", RETRY, stop);
        } finally {
            if (!taken) {
                leave(tenant);
            }
        }
        if (taken) {
            return new Taken(tenant, shared);
        }
        throw new UnavailableException(
                "the key of tenant '" + tenant + "' could not be had within " + PATIENCE
                        + ": its place or the wrapper is slow",
                RETRY);
    }

    /** How many there are, for tests. */
    int size() {
        return locks.size();
    }

    private Shared join(TenantId tenant) {
        return locks.compute(tenant, (key, there) -> {
            Shared shared = there == null ? new Shared() : there;
            shared.users++;
            return shared;
        });
    }

    private void leave(TenantId tenant) {
        locks.computeIfPresent(tenant, (key, there) -> --there.users == 0 ? null : there);
    }
}
