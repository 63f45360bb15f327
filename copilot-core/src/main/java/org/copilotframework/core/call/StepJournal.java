package org.copilotframework.core.call;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.copilotframework.api.agent.JsonCodec;
import org.copilotframework.api.agent.StepBody;
import org.copilotframework.api.agent.StepInDoubtException;
import org.copilotframework.api.agent.StepMode;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.core.json.DataForm;
import org.copilotframework.core.run.Ticket;
import org.jspecify.annotations.Nullable;

/** The steps of one activation: those that are remembered are not done again, and each that is done is remembered. */
final class StepJournal {
    private static final int MAX_KEY = 256;

    private final Call call;
    private final JsonCodec json;
    private final Map<String, Step> steps = new ConcurrentHashMap<>();
    /** Of a call that is not stored, for the case that it is suspended. */
    private final Map<String, StepRecord> unstored = new LinkedHashMap<>();

    /** What is known of a step. Whoever holds its lock does it; another thread of the agent that asks for it waits. */
    private static final class Step {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable Data result;
        /** That it was about to begin is journaled. */
        private boolean begun;
    }

    StepJournal(Call call, JsonCodec json) {
        this.call = call;
        this.json = json;
    }

    List<StepRecord> unstored() {
        synchronized (unstored) {
            return List.copyOf(unstored.values());
        }
    }

    <T> T step(String key, StepMode mode, Class<T> type, StepBody<T> body) throws Exception {
        checkKey(key);
        Step step = steps.computeIfAbsent(key, absent -> new Step());
        if (step.lock.isHeldByCurrentThread()) {
            throw new InvalidRequestException("step '" + key + "': its body asks for this very step");
        }
        step.lock.lockInterruptibly();
        try {
            Data known = known(key, mode, step);
            return known != null ? json.read(known, type) : done(key, mode, step, body);
        } finally {
            step.lock.unlock();
        }
    }

    private <T> T done(String key, StepMode mode, Step step, StepBody<T> body) throws Exception {
        if (mode == StepMode.AT_MOST_ONCE) {
            journal(new StepRecord(key, null));
            step.begun = true;
        }
        T result = Objects.requireNonNull(body.run(stepKey(key)), () -> "step '" + key + "' resulted in null");
        Data data = json.write(result);
        long most = call.corridor.premises.limits().messageBytes();
        if (data.weight() > most) {
            throw new InvalidRequestException(
                    "step '" + key + "': its result weighs " + data.weight() + " bytes, more than the " + most
                            + " of copilot.invoke.message-bytes; keep large things in blobs()");
        }
        journal(new StepRecord(key, DataForm.store(data)));
        step.result = data;
        return result;
    }

    /** Before the body runs: what the store would refuse is refused here. */
    private static void checkKey(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY || key.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidRequestException("step: a key has 1 to " + MAX_KEY
                    + " characters and no control characters; this one has " + key.length() + " characters");
        } else if (key.codePoints()
                .anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
            throw new InvalidRequestException(
                    "step: a key is well-formed Unicode, and this one has half of a pair of surrogates");
        }
    }

    /** What it resulted in, or null if it is to be done. */
    private @Nullable Data known(String key, StepMode mode, Step step) {
        if (step.result == null && !step.begun) {
            look(key, step);
        }
        if (step.result == null && step.begun && mode == StepMode.AT_MOST_ONCE) {
            throw new StepInDoubtException(key, stepKey(key));
        }
        return step.result;
    }

    /** What an earlier worker journaled. */
    private void look(String key, Step step) {
        Ticket ticket = call.ticket;
        if (ticket == null || !ticket.stored()) {
            // Nobody was at work on it before.
            return;
        }
        Optional<StepRecord> stored = asked(
                () -> call.corridor.premises.storage().runs().step(call.caller().tenant(), call.runId(), key));
        step.begun = stored.isPresent();
        Payload result = stored.map(StepRecord::result).orElse(null);
        step.result = result == null ? null : DataForm.read(result, "step '" + key + "' of run " + call.runId());
    }

    private void journal(StepRecord step) {
        Ticket ticket = call.ticket;
        if (ticket == null) {
            synchronized (unstored) {
                unstored.put(step.key(), step);
            }
            return;
        }
        Commit commit = Commit.in(call.caller().tenant())
                .within(ticket.lease())
                .step(step)
                .build();
        asked(() -> call.corridor.premises.sending().send(call, commit));
    }

    /** The agent fails by no fault of its own if the store is not there or the run is another's: its run goes on. */
    private <R> R asked(Supplier<R> question) {
        try {
            return question.get();
        } catch (UnavailableException unavailable) {
            call.handBack = true;
            throw unavailable;
        } catch (ConflictException another) {
            call.lost = true;
            ConflictException lost = new ConflictException("run " + call.runId()
                    + " has ended or was taken over by another worker, so its step is not remembered");
            call.finish(lost);
            throw lost;
        }
    }

    private String stepKey(String key) {
        return call.runId() + "/" + key;
    }
}
