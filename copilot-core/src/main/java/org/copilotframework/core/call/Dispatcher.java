package org.copilotframework.core.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.copilotframework.api.agent.JsonCodec;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.authorization.Authorizer;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.invocation.InvocationInterceptor;
import org.copilotframework.api.spi.invocation.InvocationObserver;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.RunLimits;
import org.copilotframework.core.run.RunRegistry;
import org.copilotframework.core.session.SessionQueue;

/**
 * Brings calls to agents. The way is a straight corridor, in the order in which the rooms stand in the constructor; nothing
 * before the hand-over blocks, and the caller of {@code invoke} is always answered at its deadline.
 *
 * <p>Safe for use by several threads. Storage, blobs and workers are given and stay the giver's to close.
 */
public final class Dispatcher implements AutoCloseable {
    /** In seconds; longer times do not fit a clock of nanoseconds. */
    private static final long FOR_EVER = 1_000_000_000;

    private static final Duration LAST_WRITES = Duration.ofSeconds(10);

    private final Premises premises;
    private final JsonCodec hostJson;
    private final LimitsRoom limitsRoom;
    private final BulkheadRoom bulkhead;
    private final SessionQueue sessions;
    private final Corridor corridor;
    private final Overruns overruns;

    /**
     * Builds the corridor.
     *
     * @param agents where agents are found
     * @param storage sessions and runs
     * @param blobs the agents' files
     * @param authorizer who may call what
     * @param interceptors the application's own rooms, in order
     * @param observers who watches, in order
     * @param hostJson how the application's own objects become data
     * @param wanted what bounds calls, as far as the store can keep it
     * @param runLimits what bounds stored runs and sessions
     * @param workers the threads
     */
    public Dispatcher(
            AgentDirectory agents,
            Storage storage,
            Blobs blobs,
            Authorizer authorizer,
            List<InvocationInterceptor> interceptors,
            List<InvocationObserver> observers,
            JsonCodec hostJson,
            CallLimits wanted,
            RunLimits runLimits,
            Workers workers) {
        this.hostJson = hostJson;
        CallLimits limits = wanted.within(storage.maxCommitBytes());
        this.premises = new Premises(
                storage,
                new Sending(storage),
                blobs,
                new AuthorisationRoom(authorizer, agents),
                limits,
                runLimits,
                workers,
                new LateWrites(workers),
                new RunRegistry(limits.runsKept()),
                RunIds.next(System.currentTimeMillis()).value());
        this.overruns = new Overruns(workers, limits.cancelGrace().toNanos());
        this.limitsRoom = new LimitsRoom(limits);
        this.sessions = new SessionQueue(limits.sessionQueue(), limits.queue());
        this.bulkhead = new BulkheadRoom(limits);
        HandOver handOver = new HandOver(workers, overruns);
        this.corridor = new Corridor(
                premises,
                overruns,
                agents,
                new TelemetryRoom(observers),
                limitsRoom,
                new DeadlineRoom(limits),
                premises.authorisation(),
                new InterceptorRoom(interceptors),
                new AcceptanceRoom(premises),
                new SessionRoom(sessions),
                bulkhead,
                new LeaseRoom(agents),
                handOver);
        workers.whenStarved(() -> handOver.handAgain(corridor.inFlight));
    }

    /**
     * A client for calls from outside.
     *
     * @param caller on whose behalf
     * @return the client; cheap
     */
    public Client forCaller(Caller caller) {
        return new CallerClient(corridor, caller, hostJson, null, false);
    }

    /**
     * Begins to take stored runs that are due. Called once, when the agents are there.
     *
     * @param onlyOwn whether it takes none but those that were submitted or found by this object, and that somebody holds
     */
    public void open(boolean onlyOwn) {
        corridor.desk.open(onlyOwn);
    }

    /**
     * Finds a stored run. May ask the store.
     *
     * @param tenant whose run
     * @param id which run
     * @return the run, or empty if there is none (any more), or it is another tenant's
     */
    public Optional<Run> run(TenantId tenant, RunId id) {
        return corridor.desk.find(tenant, id).map(run -> run);
    }

    /**
     * What goes on at this moment. Needs no agent's thread.
     *
     * @return the numbers
     */
    public DispatcherStats stats() {
        return new DispatcherStats(
                corridor.inFlight.size(),
                corridor.waiting.get(),
                overruns.abandonedNow(),
                overruns.total(),
                overruns.byAgent(),
                overruns.moved(),
                premises.workers().starved(),
                corridor.desk.trouble());
    }

    /**
     * Ends what a tenant's calls are at, and waits until they no longer commit anything. Calls that come in later are served.
     *
     * @param tenant whose calls
     */
    public void end(TenantId tenant) {
        long end = System.nanoTime() + premises.limits().cancelGrace().toNanos();
        List<Call> theirs = corridor.inFlight.stream()
                .filter(call -> call.caller().tenant().equals(tenant))
                .toList();
        for (Call call : theirs) {
            call.finish(new CanceledException("run " + call.runId() + " was canceled: its tenant is erased"));
        }
        while (!theirs.stream().allMatch(call -> call.answered() && call.ending.isDone())
                && System.nanoTime() - end < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /**
     * Shows none of a tenant's runs any more. Who still holds one learns that it is gone.
     *
     * @param tenant whose runs
     */
    public void forget(TenantId tenant) {
        for (RunHandle run : premises.runs().forget(tenant)) {
            if (!run.state().terminal()) {
                premises.workers().reply(() -> RunLearning.gone(run));
            }
        }
    }

    /** Closes without waiting. */
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /**
     * Takes no further calls from outside, waits for those at work, and cancels what is left. May be called more than once.
     *
     * @param patience how long to wait
     */
    public void close(Duration patience) {
        limitsRoom.close();
        corridor.desk.stopTaking();
        corridor.whenAnswered = unparking(Thread.currentThread());
        awaitCalls(Math.min(patience.toSeconds(), FOR_EVER) * 1_000_000_000L + patience.toNanosPart());
        corridor.leaving.close();
        boolean stays = premises.storage().shared();
        // Parents first: a child's end is nothing that its parent should take for a result.
        List<Call> broken = new ArrayList<>(corridor.inFlight);
        broken.sort(Comparator.comparingInt(Call::depth));
        for (Call call : broken) {
            call.handBack = stays;
            call.finish(new UnavailableException("the orchestrator is closing", Duration.ofSeconds(1)));
        }
        // Those whose agents end just now, or whose reply is being committed, are told by their own threads.
        awaitCalls(LAST_WRITES.toNanos());
        corridor.whenAnswered = () -> {};
        premises.lateWrites().await(LAST_WRITES);
        corridor.desk.close();
        for (RunHandle waiting : premises.runs().going()) {
            waiting.complete(
                    null,
                    new UnavailableException(
                            "the orchestrator is closing; run " + waiting.id() + " is in the store",
                            Duration.ofSeconds(1)));
        }
    }

    private static Runnable unparking(Thread closing) {
        return () -> LockSupport.unpark(closing);
    }

    private void awaitCalls(long nanos) {
        long end = System.nanoTime() + nanos;
        long left = nanos;
        while (!corridor.inFlight.isEmpty()
                && left > 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
            left = end - System.nanoTime();
        }
    }

    /** For tests: permits that are out and sessions that are busy. */
    int held() {
        return bulkhead.taken(premises.limits().concurrency()) + sessions.busy();
    }
}
