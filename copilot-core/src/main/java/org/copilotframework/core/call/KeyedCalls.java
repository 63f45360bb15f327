package org.copilotframework.core.call;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.json.StoredJson;
import org.copilotframework.core.run.RunHandle;

/**
 * Requests that are done once, by keys of their caller. What a key stands for is stored in the very commit that begins the run, or
 * gives it its input: there is no moment at which the one is there without the other, whichever process ends when, and of several
 * that come at once one commit is made.
 */
final class KeyedCalls {
    /** Each round somebody else was faster. */
    private static final int ROUNDS = 10;

    private final Corridor corridor;
    private final Caller caller;

    /** What a key stands for. */
    private record Known(RunId run, long version) {}

    KeyedCalls(Corridor corridor, Caller caller) {
        this.corridor = corridor;
        this.caller = caller;
    }

    /**
     * Waits for the reply of the run that a request stands for; begins it if there is none.
     *
     * @param submits begins a run, and has something stored with it
     */
    AgentReply invoke(AgentRequest request, String key, BiFunction<RunId, ValueChange, RunHandle> submits) {
        long nanos = waits(request);
        long began = System.nanoTime();
        RunHandle run = submit(request, key, submits);
        long left = nanos - (System.nanoTime() - began);
        return RunWait.next(run, Math.max(0, left), "goes on, and the same request with its key gets its reply");
    }

    /** For how long whoever invokes waits; the same is refused of a repeat as of the first. */
    private long waits(AgentRequest request) {
        CallLimits limits = corridor.premises.limits();
        return DeadlineRoom.checked(request.timeout().orElse(limits.timeout()), limits.maxTimeout());
    }

    /**
     * The time that the run of a request has which is invoked: its caller's time says how long he waits, so a short one does not end
     * the run. One that is longer than others have is had by the run, too.
     */
    Optional<Duration> lasts(AgentRequest request) {
        Duration usual = corridor.premises.limits().timeout();
        return request.timeout().filter(wanted -> wanted.compareTo(usual) > 0);
    }

    /** The run that a request stands for, which is begun if there is none. */
    RunHandle submit(AgentRequest request, String key, BiFunction<RunId, ValueChange, RunHandle> submits) {
        corridor.premises.authorisation().demand(caller, request.agent());
        Claim claim = Claim.ofCall(caller, request, key);
        for (int round = 1; ; round++) {
            Optional<Known> known = known(claim);
            if (known.isPresent()) {
                RunHandle run = run(known.get().run());
                if (run.state() != RunState.REJECTED) {
                    return run;
                }
            }
            RunId id = RunIds.next(System.currentTimeMillis());
            try {
                return submits.apply(
                        id, change(claim, id, known.map(Known::version).orElse(0L)));
            } catch (ConflictException refused) {
                Optional<RunId> now = known(claim).map(Known::run);
                if (round == ROUNDS || now.equals(known.map(Known::run)) || now.equals(Optional.of(id))) {
                    // Nobody was faster: it is about something else, such as a session that is at work.
                    throw refused;
                }
            }
        }
    }

    /** Gives a run an input, unless that was done, and waits for what its agent says next. */
    AgentReply answer(RunId id, Message input, String key) {
        new Answering(corridor, caller, null).permitted(id);
        Claim claim = Claim.ofInput(caller, id, input, key);
        if (known(claim).isEmpty()) {
            RunHandle run = corridor.desk.find(caller.tenant(), id).orElseThrow(() -> Answering.unknown(id));
            try {
                corridor.desk.control().input(run, input, change(claim, id, 0));
            } catch (ConflictException refused) {
                if (known(claim).isEmpty()) {
                    throw refused;
                }
            }
        }
        long nanos = corridor.premises.limits().timeout().toNanos();
        return RunWait.next(run(id), nanos, "has got its answer and goes on");
    }

    private ValueChange change(Claim claim, RunId run, long version) {
        return claim.by(run, version, corridor.premises.limits().idempotencyTtl());
    }

    /** What is known by a claim; a conflict if that was something else. */
    private Optional<Known> known(Claim claim) {
        Optional<StoredValue> stored = corridor.premises.storage().values().get(caller.tenant(), claim.value());
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        Map<String, ?> tree = StoredJson.read(stored.get().value().bytes(), "what an idempotency key stands for");
        if (!claim.asked().equals(tree.get("asked"))) {
            throw new ConflictException(
                    "this idempotency key stands for another request; take a new key for a new request");
        }
        return Optional.of(new Known(
                new RunId(String.valueOf(tree.get("run"))), stored.get().version()));
    }

    /** A run as the store knows it now: this process may have seen it last when it was elsewhere. */
    private RunHandle run(RunId id) {
        RunRecord stored = corridor.premises
                .storage()
                .runs()
                .find(caller.tenant(), id)
                .orElseThrow(() -> new ConflictException(
                        "this idempotency key stands for run " + id + ", which was done and is no longer kept"));
        RunHandle run = corridor.desk.find(caller.tenant(), id).orElseThrow(() -> Answering.unknown(id));
        corridor.premises.telling().learned(run, stored);
        return run;
    }
}
