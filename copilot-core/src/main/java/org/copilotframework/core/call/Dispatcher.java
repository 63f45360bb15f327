package org.copilotframework.core.call;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.JsonCodec;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.client.Client;
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
    private final Premises premises;
    private final JsonCodec hostJson;
    private final BulkheadRoom bulkhead;
    private final SessionQueue sessions;
    private final Corridor corridor;
    private final Closing closing;

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
        RunRegistry runs = new RunRegistry(limits.runsKept());
        this.premises = new Premises(
                storage,
                new Sending(storage),
                blobs,
                new AuthorisationRoom(authorizer, agents),
                limits,
                runLimits,
                workers,
                new LateWrites(workers),
                runs,
                new Telling(workers, runs),
                RunIds.next(System.currentTimeMillis()).value());
        Overruns overruns = new Overruns(workers, limits.cancelGrace().toNanos());
        LimitsRoom door = new LimitsRoom(limits);
        this.sessions = new SessionQueue(limits.sessionQueue(), limits.queue());
        this.bulkhead = new BulkheadRoom(limits);
        HandOver handOver = new HandOver(workers, overruns);
        this.corridor = new Corridor(
                premises,
                overruns,
                agents,
                new TelemetryRoom(observers),
                door,
                new DeadlineRoom(limits),
                premises.authorisation(),
                new InterceptorRoom(interceptors),
                new AcceptanceRoom(premises),
                new SessionRoom(sessions),
                bulkhead,
                new LeaseRoom(agents),
                handOver);
        this.closing = new Closing(corridor, door);
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
     * Calls an agent from outside and waits for nothing; see {@link org.copilotframework.core.Orchestrator#invokeAsync}.
     *
     * @param caller on whose behalf
     * @param request the request
     * @return its reply, or why there is none
     */
    public CompletionStage<AgentReply> invokeAsync(Caller caller, AgentRequest request) {
        return new CallerClient(corridor, caller, hostJson, null, false).invokeAsync(request);
    }

    /**
     * Begins to take stored runs that are due. Called once, when the agents are there.
     *
     * @param onlyOwn whether it takes none but those that were submitted or found by this object, and that somebody holds
     */
    public void open(boolean onlyOwn) {
        corridor.desk.open(onlyOwn ? RunLooks.Takes.OWN : RunLooks.Takes.DUE);
    }

    /** Only learns what becomes of stored runs, and takes none. Called once, where there are no agents. */
    public void watch() {
        corridor.desk.open(RunLooks.Takes.NONE);
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
                corridor.overruns.abandonedNow(),
                corridor.overruns.total(),
                corridor.overruns.byAgent(),
                corridor.overruns.moved(),
                premises.workers().starved(),
                corridor.desk.trouble());
    }

    /**
     * Ends what a tenant's calls are at, and waits until they no longer commit anything. Calls that come in later are served.
     *
     * @param tenant whose calls
     */
    public void end(TenantId tenant) {
        closing.end(tenant);
    }

    /**
     * Shows none of a tenant's runs any more. Who still holds one learns that it is gone.
     *
     * @param tenant whose runs
     */
    public void forget(TenantId tenant) {
        for (RunHandle run : premises.runs().forget(tenant)) {
            if (!run.state().terminal()) {
                premises.telling().gone(run);
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
        closing.close(patience);
    }

    /** For tests: permits that are out and sessions that are busy. */
    int held() {
        return bulkhead.taken(premises.limits().concurrency()) + sessions.busy();
    }
}
