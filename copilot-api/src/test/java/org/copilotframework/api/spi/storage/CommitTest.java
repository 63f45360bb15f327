package org.copilotframework.api.spi.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.junit.jupiter.api.Test;

class CommitTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final RunId RUN = new RunId("r1");
    private static final Payload CONTENT = Payload.of(new byte[] {1});
    private static final RunStart START =
            new RunStart(RUN, "submit", "docs", null, RunState.WORKING, 1, CONTENT, null, "node", Due.now(), null);
    private static final RunChange CHANGE =
            new RunChange(RUN, 1, "r1/1", RunState.COMPLETED, 1, null, null, Due.never(), Duration.ofDays(1));
    private static final RunLease LEASE = new RunLease(ACME, RUN, 1);
    private static final SessionChange SESSION = new SessionChange(
            new SessionId("s"), new StoredTurn("r1/1", 1, Instant.EPOCH, "docs", CONTENT), Map.of(), 0);

    @Test
    void aCommitHoldsWhatItWasBuiltWith() {
        Commit commit = Commit.in(ACME)
                .session(SESSION)
                .run(CHANGE)
                .step(new StepRecord("k", CONTENT))
                .event(new StoredEvent(7, CONTENT))
                .value(ValueChange.insert("v", CONTENT, null))
                .message(new OutboxMessage("t", "k", CONTENT))
                .build();

        assertThat(commit.tenant()).isEqualTo(ACME);
        assertThat(commit.session()).hasValue(SESSION);
        assertThat(commit.run()).hasValue(CHANGE);
        assertThat(commit.start()).isEmpty();
        assertThat(commit.within()).isEmpty();
        assertThat(commit.stepsOf()).hasValue(RUN);
        assertThat(commit.steps()).hasSize(1);
        assertThat(commit.events()).containsExactly(new StoredEvent(7, CONTENT));
        assertThat(commit.values()).hasSize(1);
        assertThat(commit.messages()).hasSize(1);
        assertThat(Commit.in(ACME).start(START).build().stepsOf()).hasValue(RUN);
        assertThat(Commit.in(ACME).session(SESSION).build().stepsOf()).isEmpty();
    }

    @Test
    void allOfItsContentIsCounted() {
        Map<String, Payload> state = new LinkedHashMap<>();
        state.put("kept", CONTENT);
        state.put("gone", null);
        StoredTurn turn = new StoredTurn("r1/1", 1, Instant.EPOCH, "docs", CONTENT);
        RunChange left = new RunChange(RUN, 1, "r1/1", RunState.FAILED, 1, CONTENT, null, Due.never(), null);

        assertThat(Commit.in(ACME)
                        .session(new SessionChange(new SessionId("s"), turn, state, 0))
                        .run(left)
                        .step(new StepRecord("k", CONTENT))
                        .step(new StepRecord("intended", null))
                        .event(new StoredEvent(7, CONTENT))
                        .value(ValueChange.insert("v", CONTENT, null))
                        .value(ValueChange.delete("w", 1))
                        .message(new OutboxMessage("t", "k", CONTENT))
                        .build()
                        .contentBytes())
                .isEqualTo(7);
        assertThat(Commit.in(ACME).start(START).build().contentBytes()).isEqualTo(1);
    }

    @Test
    void aCommitWithoutSubstanceOrOfTwoMindsIsRefused() {
        refused(Commit.in(ACME), "none");
        refused(Commit.in(ACME).value(ValueChange.delete("v", 1)), "none");
        refused(Commit.in(ACME).within(LEASE), "none");
        refused(Commit.in(ACME).start(START).run(CHANGE), "several");
        refused(Commit.in(new TenantId("other")).within(LEASE).step(new StepRecord("k", null)), "another's");
        refused(Commit.in(ACME).session(SESSION).step(new StepRecord("k", null)), "names none");
        Commit.Builder steps = Commit.in(ACME).within(LEASE).step(new StepRecord("k", null));
        refused(steps.message(new OutboxMessage("t", "k", CONTENT)), "only journals steps");
        steps.session(SESSION).build();
        refused(
                Commit.in(ACME)
                        .session(SESSION)
                        .value(ValueChange.insert("v", CONTENT, null))
                        .value(ValueChange.update("v", 1, CONTENT, null)),
                "twice");
        refused(Commit.in(ACME).session(SESSION).event(new StoredEvent(1, CONTENT)), "begins or changes");
        refused(
                Commit.in(ACME).within(LEASE).step(new StepRecord("k", null)).event(new StoredEvent(1, CONTENT)),
                "begins or changes");
        refused(
                Commit.in(ACME).run(CHANGE).event(new StoredEvent(2, CONTENT)).event(new StoredEvent(2, CONTENT)),
                "order");
        Commit.Builder crowded = Commit.in(ACME).session(SESSION);
        for (int i = 0; i < Commit.MAX_RIDERS; i++) {
            crowded.message(new OutboxMessage("t", "k", CONTENT));
        }
        crowded.run(CHANGE).event(new StoredEvent(1, CONTENT));
        refused(crowded, "64");
        assertThatThrownBy(() -> new SessionChange(new SessionId("s"), SESSION.turn(), Map.of(), -1))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> ValueChange.delete("", 1)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new Retention(Duration.ZERO)).isInstanceOf(InvalidRequestException.class);
    }

    private static void refused(Commit.Builder commit, String words) {
        assertThatThrownBy(commit::build)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(words);
    }

    @Test
    void aPayloadIsEncodedWhenItIsNeededAndOnce() {
        AtomicInteger encoded = new AtomicInteger();
        Payload lazy = Payload.of("text", text -> {
            encoded.incrementAndGet();
            return text.getBytes(StandardCharsets.UTF_8);
        });

        assertThat(lazy).hasToString("Payload[not encoded]");
        assertThat(lazy.value(String.class)).hasValue("text");
        assertThat(lazy.value(Integer.class)).isEmpty();
        assertThat(encoded).hasValue(0);
        assertThat(lazy.bytes())
                .isSameAs(lazy.bytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("text");
        assertThat(encoded).hasValue(1);
        assertThat(lazy)
                .hasToString("Payload[4 bytes]")
                .isEqualTo(Payload.of("text".getBytes(StandardCharsets.UTF_8)))
                .hasSameHashCodeAs(Payload.of("text".getBytes(StandardCharsets.UTF_8)))
                .isNotEqualTo(CONTENT);
        assertThat(Payload.of(new byte[0])).isSameAs(Payload.of(new byte[0]));
        assertThat(CONTENT.value(Object.class)).isEmpty();
    }

    @Test
    void aMomentIsRelativeToTheStoresClockOrOfTheCalendar() {
        Instant now = Instant.parse("2030-01-01T00:00:00Z");

        assertThat(Due.never().from(now)).isEmpty();
        assertThat(Due.now().from(now)).hasValue(now);
        assertThat(Due.after(Duration.ofSeconds(5)).from(now)).hasValue(now.plusSeconds(5));
        assertThat(Due.after(Duration.ofSeconds(5)).relative()).hasValue(Duration.ofSeconds(5));
        assertThat(Due.at(Instant.EPOCH).from(now)).hasValue(Instant.EPOCH);
        assertThat(Due.at(Instant.EPOCH).absolute()).hasValue(Instant.EPOCH);
        assertThat(Due.never()).hasToString("never");
        assertThat(Due.now().toString() + Due.at(Instant.EPOCH)).isEqualTo("after PT0Sat 1970-01-01T00:00:00Z");
    }

    @Test
    void whatIsReadIsCopied() {
        Map<String, Payload> state = new LinkedHashMap<>();
        state.put("k", CONTENT);
        SessionHead head = new SessionHead(new SessionId("s"), 2, 1, Instant.EPOCH, state);
        state.clear();

        assertThat(head.state()).containsEntry("k", CONTENT);
        RunHead run = new RunHead(
                ACME, RUN, "docs", null, RunState.WORKING, 1, 1, 0, "node", null, Instant.EPOCH, Instant.EPOCH);
        assertThat(new RunRecord(run, CONTENT, null).head()).isEqualTo(run);
        assertThat(new CommitResult(true, SESSION.turn(), 1).turn()).isEqualTo(SESSION.turn());
        assertThat(new StoredValue("k", CONTENT, 1).version()).isOne();
        assertThat(new StoredEvent(1, CONTENT).position()).isOne();
        assertThat(new OutboxRecord(ACME, "1", new OutboxMessage("t", "k", CONTENT)).id())
                .isEqualTo("1");
    }
}
