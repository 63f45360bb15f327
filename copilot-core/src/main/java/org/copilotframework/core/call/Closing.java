package org.copilotframework.core.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.run.RunHandle;

/**
 * How a dispatcher comes to its end: nothing new comes in, what is at work may end or is broken off, what became of it is
 * written, and whoever still waits is told. Each wait is bounded.
 */
final class Closing {
    /** In seconds; longer times do not fit a clock of nanoseconds. */
    private static final long FOR_EVER = 1_000_000_000;

    private static final Duration LAST_WRITES = Duration.ofSeconds(10);
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LOOK_AT_ONES = TimeUnit.MILLISECONDS.toNanos(10);

    private final Corridor corridor;
    private final Premises premises;
    private final LimitsRoom door;

    Closing(Corridor corridor, LimitsRoom door) {
        this.corridor = corridor;
        this.premises = corridor.premises;
        this.door = door;
    }

    void close(Duration patience) {
        door.close();
        corridor.desk.stopTaking();
        Thread closing = Thread.currentThread();
        corridor.whenAnswered = () -> LockSupport.unpark(closing);
        awaitCalls(Math.min(patience.toSeconds(), FOR_EVER) * 1_000_000_000L + patience.toNanosPart());
        corridor.leaving.close();
        breakOff();
        // Those whose agents end just now, or whose reply is being committed, are told by their own threads.
        awaitCalls(LAST_WRITES.toNanos());
        corridor.whenAnswered = () -> {};
        // From now on no timer tells those whose commit hangs.
        corridor.inFlight.forEach(Call::notAnswered);
        // What a look has taken meanwhile finds the door closed, and is handed back.
        corridor.desk.awaitLook(LAST_WRITES);
        premises.lateWrites().await(LAST_WRITES);
        corridor.desk.close();
        tellWaiting();
    }

    /** Ends what a tenant's calls are at, and waits until they no longer commit anything. */
    void end(TenantId tenant) {
        List<Call> theirs = corridor.inFlight.stream()
                .filter(call -> call.caller().tenant().equals(tenant))
                .toList();
        for (Call call : theirs) {
            call.finish(new CanceledException("run " + call.runId() + " was canceled: its tenant is erased"));
        }
        await(
                () -> theirs.stream().allMatch(call -> call.answered() && call.ending.isDone()),
                premises.limits().cancelGrace().toNanos(),
                LOOK_AT_ONES);
    }

    /** Parents first: a child's end is nothing that its parent should take for a result. */
    private void breakOff() {
        boolean stays = premises.storage().shared();
        List<Call> broken = new ArrayList<>(corridor.inFlight);
        broken.sort(Comparator.comparingInt(Call::depth));
        for (Call call : broken) {
            call.handBack = stays;
            call.finish(new UnavailableException("the orchestrator is closing", Duration.ofSeconds(1)));
        }
    }

    /** Runs that wait, or are at work elsewhere: nothing is learned of them here any more. */
    private void tellWaiting() {
        List<RunHandle> waiting = premises.runs().going();
        CountDownLatch told = new CountDownLatch(waiting.size());
        for (RunHandle run : waiting) {
            premises.workers().reply(() -> {
                try {
                    run.close(RunDesk.closed(run.id()));
                } finally {
                    told.countDown();
                }
            });
        }
        try {
            told.await(LAST_WRITES.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitCalls(long nanos) {
        await(corridor.inFlight::isEmpty, nanos, LOOK);
    }

    private void await(BooleanSupplier condition, long nanos, long look) {
        long end = System.nanoTime() + nanos;
        long left = nanos;
        while (!condition.getAsBoolean() && left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, Math.min(left, look));
            left = end - System.nanoTime();
        }
    }
}
