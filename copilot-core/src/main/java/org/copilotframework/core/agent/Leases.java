package org.copilotframework.core.agent;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts who uses one generation of a plugin. Once closed no further lease is given, and {@link #drained()} completes with the
 * last one returned.
 */
public final class Leases {
    /** Whoever holds a lease. Compared by identity. */
    public interface Holder {
        /**
         * Asks the holder to return its lease soon, because the generation is to be unloaded.
         *
         * @param why the reason, for a person
         */
        void revoke(String why);
    }

    /** Set in {@link #state} once closed; the other bits count leases. */
    private static final long CLOSED = 1L << 62;

    private final AtomicLong state = new AtomicLong();
    private final Set<Holder> holders = ConcurrentHashMap.newKeySet();
    private volatile boolean revoked;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    /** Makes the leases of one generation; none is out. */
    public Leases() {}

    /**
     * Takes a lease.
     *
     * @param holder who takes it; holds at most one at a time
     * @return false if the generation is closed
     */
    public boolean tryAcquire(Holder holder) {
        long seen = state.get();
        while ((seen & CLOSED) == 0) {
            if (state.compareAndSet(seen, seen + 1)) {
                holders.add(holder);
                return true;
            }
            seen = state.get();
        }
        return false;
    }

    /**
     * Takes a lease also of a generation that is closed, as long as others keep it alive and were not asked to leave it.
     *
     * @param holder who takes it; holds at most one at a time
     * @return false if the generation is going down, or is gone
     */
    public boolean tryJoin(Holder holder) {
        long seen = state.get();
        while (seen != CLOSED && !revoked) {
            if (state.compareAndSet(seen, seen + 1)) {
                holders.add(holder);
                if (revoked) {
                    release(holder);
                    return false;
                }
                return true;
            }
            seen = state.get();
        }
        return false;
    }

    /**
     * Whether {@link #tryJoin} would succeed.
     *
     * @return true at this moment
     */
    public boolean joinable() {
        return state.get() != CLOSED && !revoked;
    }

    /**
     * Returns a lease.
     *
     * @param holder who took it
     */
    public void release(Holder holder) {
        holders.remove(holder);
        if (state.decrementAndGet() == CLOSED) {
            drained.complete(null);
        }
    }

    /** Gives no further lease. May be called more than once. */
    public void close() {
        long before = state.getAndUpdate(seen -> seen | CLOSED);
        if ((before & ~CLOSED) == 0) {
            drained.complete(null);
        }
    }

    /**
     * Asks all holders to return their leases.
     *
     * @param why the reason, for a person
     */
    public void revokeAll(String why) {
        revoked = true;
        holders.forEach(holder -> holder.revoke(why));
    }

    /**
     * Completes once this is closed and the last lease is returned.
     *
     * @return always the same future
     */
    public CompletableFuture<Void> drained() {
        return drained;
    }

    /**
     * How many leases are out.
     *
     * @return the number at this moment
     */
    public long active() {
        return state.get() & ~CLOSED;
    }
}
