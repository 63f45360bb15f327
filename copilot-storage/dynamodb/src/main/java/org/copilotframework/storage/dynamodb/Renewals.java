package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.RunLease;
import org.jspecify.annotations.Nullable;

/** Prolongs leases of runs that this process has. */
final class Renewals {
    private final Backend backend;
    private final InstantSource clock;

    Renewals(Backend backend, InstantSource clock) {
        this.backend = backend;
        this.clock = clock;
    }

    /** Gives back those that are somebody else's by now. Tries each of them before it says that one failed, so that no lease ends for another's sake. */
    List<RunLease> renew(Collection<RunLease> leases, Duration lease) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Times.millis(lease));
        Queue<RunLease> lost = new ConcurrentLinkedQueue<>();
        AtomicReference<@Nullable UnavailableException> failed = new AtomicReference<>();
        backend.sideBySide(leases, one -> {
            if (failed.get() != null && System.nanoTime() - end >= 0) {
                return;
            }
            try {
                if (!renewed(one, lease)) {
                    lost.add(one);
                }
            } catch (UnavailableException unavailable) {
                failed.set(unavailable);
            }
        });
        UnavailableException last = failed.get();
        if (last != null) {
            throw last;
        }
        return List.copyOf(lost);
    }

    private boolean renewed(RunLease one, Duration lease) {
        Expression prolong = Expression.of(
                "SET #queue = :held, #due = :due, #lease = :lease",
                ":held",
                RunItems.held(Keys.shard(one.id().value())),
                ":due",
                Times.millis(Times.after(clock.instant(), lease)),
                ":lease",
                Times.millis(lease));
        return backend.longWork()
                .update(true, Keys.runHead(one.tenant(), one.id()), prolong, RunWrites.isHeld(one.fence()))
                .isPresent();
    }
}
