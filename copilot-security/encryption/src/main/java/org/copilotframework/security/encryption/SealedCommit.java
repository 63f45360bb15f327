package org.copilotframework.security.encryption;

import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.security.encryption.Vault.Sealer;
import org.jspecify.annotations.Nullable;

/** A commit whose payloads are encrypted; all else is as it was. */
final class SealedCommit {
    private SealedCommit() {}

    static Commit of(Commit commit, Vault vault) {
        Sealer sealer = vault.sealer(commit.tenant());
        Commit.Builder sealed = Commit.in(commit.tenant());
        commit.session().ifPresent(change -> sealed.session(session(change, sealer)));
        commit.start().ifPresent(start -> sealed.start(start(start, sealer)));
        commit.run().ifPresent(change -> sealed.run(run(change, sealer)));
        commit.within().ifPresent(sealed::within);
        commit.stepsOf().ifPresent(run -> {
            commit.steps().forEach(step -> sealed.step(step(run, step, sealer)));
            commit.events().forEach(event -> sealed.event(event(run, event, sealer)));
        });
        commit.values().forEach(change -> sealed.value(value(change, sealer)));
        commit.messages().forEach(message -> sealed.message(message(message, sealer)));
        return sealed.build();
    }

    /** The class file of a record does not say that the values of its map may be null. */
    @SuppressWarnings("NullAway")
    private static SessionChange session(SessionChange change, Sealer sealer) {
        SessionId session = change.session();
        Map<String, @Nullable Payload> state = new LinkedHashMap<>();
        change.state().forEach((key, value) -> state.put(key, sealer.sealIfAny(value, Slot.state(session, key))));
        Payload content = sealer.seal(
                change.turn().content(),
                Slot.turn(session, change.turn().version(), change.turn().id()));
        return new SessionChange(session, EncryptedSessions.with(change.turn(), content), state, change.keepTurns());
    }

    private static RunStart start(RunStart start, Sealer sealer) {
        return new RunStart(
                start.id(),
                start.change(),
                start.agent(),
                start.session(),
                start.state(),
                start.activation(),
                sealer.seal(start.input(), Slot.input(start.id())),
                sealer.sealIfAny(start.detail(), Slot.detail(start.id())),
                start.holder(),
                start.due(),
                start.keep());
    }

    private static RunChange run(RunChange change, Sealer sealer) {
        return new RunChange(
                change.id(),
                change.fence(),
                change.change(),
                change.state(),
                change.activation(),
                sealer.sealIfAny(change.detail(), Slot.detail(change.id())),
                change.holder(),
                change.due(),
                change.keep());
    }

    private static StepRecord step(RunId run, StepRecord step, Sealer sealer) {
        return new StepRecord(step.key(), sealer.sealIfAny(step.result(), Slot.step(run, step.key())));
    }

    static StoredEvent event(RunId run, StoredEvent event, Sealer sealer) {
        return new StoredEvent(event.position(), sealer.seal(event.content(), Slot.event(run, event.position())));
    }

    static ValueChange value(ValueChange change, Sealer sealer) {
        return new ValueChange(
                change.key(),
                change.expected(),
                sealer.sealIfAny(change.value(), Slot.value(change.key())),
                change.ttl());
    }

    private static OutboxMessage message(OutboxMessage message, Sealer sealer) {
        return new OutboxMessage(
                message.topic(),
                message.key(),
                sealer.seal(message.content(), Slot.message(message.topic(), message.key())));
    }
}
