package org.copilotframework.core.call;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.agent.JsonCodec;
import org.copilotframework.api.agent.StepBody;
import org.copilotframework.api.agent.StepInDoubtException;
import org.copilotframework.api.agent.StepMode;
import org.copilotframework.api.error.InvalidRequestException;
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
    private final Map<String, Data> done = new HashMap<>();

    StepJournal(Call call, JsonCodec json) {
        this.call = call;
        this.json = json;
    }

    <T> T step(String key, StepMode mode, Class<T> type, StepBody<T> body) throws Exception {
        checkKey(key);
        Data known = known(key, mode);
        if (known != null) {
            return json.read(known, type);
        }
        if (mode == StepMode.AT_MOST_ONCE) {
            journal(new StepRecord(key, null));
        }
        T result = Objects.requireNonNull(body.run(stepKey(key)), () -> "step '" + key + "' resulted in null");
        Data data = json.write(result);
        long most = call.corridor.premises.limits().messageBytes();
        if (data.weight() > most) {
            throw new InvalidRequestException(
                    "step '" + key + "': its result weighs " + data.weight() + " bytes, more than the " + most
                            + " of copilot.invoke.message-bytes; keep large things in blobs()");
        }
        remember(key, data);
        return result;
    }

    private static void checkKey(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY || key.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidRequestException("step: a key has 1 to " + MAX_KEY
                    + " characters and no control characters; this one has " + key.length() + " characters");
        }
    }

    private @Nullable Data known(String key, StepMode mode) {
        synchronized (done) {
            Data here = done.get(key);
            if (here != null) {
                return here;
            }
        }
        Ticket ticket = call.ticket;
        if (ticket == null || !ticket.stored()) {
            // Nobody was at work on it before.
            return null;
        }
        Optional<StepRecord> stored =
                call.corridor.premises.storage().runs().step(call.caller().tenant(), call.runId(), key);
        if (stored.isEmpty()) {
            return null;
        }
        Payload result = stored.get().result();
        if (result == null) {
            if (mode == StepMode.AT_MOST_ONCE) {
                throw new StepInDoubtException(key, stepKey(key));
            }
            return null;
        }
        Data data = DataForm.read(result, "step '" + key + "' of run " + call.runId());
        synchronized (done) {
            done.put(key, data);
        }
        return data;
    }

    private void remember(String key, Data data) {
        journal(new StepRecord(key, DataForm.store(data)));
        synchronized (done) {
            done.put(key, data);
        }
    }

    private void journal(StepRecord step) {
        Ticket ticket = call.ticket;
        if (ticket == null) {
            call.unstored(step);
            return;
        }
        call.corridor
                .premises
                .sending()
                .send(
                        call,
                        Commit.in(call.caller().tenant())
                                .within(ticket.lease())
                                .step(step)
                                .build());
    }

    private String stepKey(String key) {
        return call.runId() + "/" + key;
    }
}
