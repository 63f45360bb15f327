package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.ended;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.says;
import static org.copilotframework.storage.tck.Fixtures.turn;
import static org.copilotframework.storage.tck.Fixtures.working;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every name that the contract permits is only a name, and every payload is only bytes. */
abstract class NamesKit extends Theme {
    static List<String> names() {
        return List.of(
                "../../etc/passwd",
                "..\\..\\windows",
                "/",
                ".",
                "it's \"quoted\" `so`",
                "'; DROP TABLE copilot_session; --",
                "100%",
                "_",
                "*",
                "?",
                "[a-z]",
                "{slot}",
                "a:b:c",
                "a#b",
                "a|b",
                "\\",
                "$1 ${x} #{y}",
                " begins and ends with a space ",
                "\u00e9 composed, e\u0301 not",
                "\u202eright to left",
                "\ufeffmark",
                "\ud83d\udc69\u200d\ud83d\ude80 \ud83c\uddfa\ud83c\uddf3",
                "\udbff\udfff",
                "\uffff",
                "null",
                "-1");
    }

    @ParameterizedTest
    @MethodSource("names")
    void aNameIsOnlyAName(String name) {
        Payload payload = payload(name);
        SessionId session = new SessionId(name);
        RunId run = new RunId("r1");
        storage()
                .commit(Commit.in(tenant())
                        .session(says(session, "r1", 1, Map.of(name, payload)))
                        .start(ended("r1", agent(), RunState.COMPLETED, null))
                        .step(new StepRecord(name, payload))
                        .value(ValueChange.insert(name, payload, null))
                        .message(new OutboxMessage(name, name, payload))
                        .build());
        // A neighbour by name: nothing may be taken for it.
        commit(says(new SessionId(name + "~"), "r2", 1));
        long version = storage().values().get(tenant(), name).orElseThrow().version();

        assertThat(storage().sessions().head(tenant(), session).orElseThrow().state())
                .isEqualTo(Map.of(name, payload));
        assertThat(storage().sessions().turns(tenant(), session, Long.MAX_VALUE, 10, Long.MAX_VALUE))
                .containsExactly(turn("r1", 1));
        assertThat(storage().sessions().list(tenant(), null, 10))
                .extracting(head -> head.id().value())
                .containsExactly(name, name + "~");
        assertThat(storage().sessions().list(tenant(), session, 10)).hasSize(1);
        assertThat(storage().runs().step(tenant(), run, name)).contains(new StepRecord(name, payload));
        assertThat(storage().values().list(tenant(), name, "", 10, Long.MAX_VALUE))
                .containsExactly(new StoredValue(name, payload, version));
        assertThat(storage().values().list(tenant(), "", name, 10, Long.MAX_VALUE))
                .isEmpty();
        assertThat(storage().values().add(tenant(), name + "+", 7, null)).isEqualTo(7);
        assertThat(waiting()).extracting("message").containsExactly(new OutboxMessage(name, name, payload));
        assertThat(storage().values().compareAndSet(tenant(), ValueChange.delete(name, version)))
                .hasValue(0);
        assertThat(storage().sessions().delete(tenant(), session)).isTrue();
        assertThat(storage().sessions().list(tenant(), null, 10)).hasSize(1);
    }

    @Test
    void namesThatLookAlikeAreDifferent() {
        List<String> alike = List.of("e\u0301", "\u00e9", "E\u0301", "e", "e ", " e", "\uff45");
        alike.forEach(name -> {
            commit(says(new SessionId(name), "r-" + alike.indexOf(name), 1, Map.of(name, payload(name))));
            storage().values().add(tenant(), name, 1, null);
        });

        assertThat(storage().sessions().list(tenant(), null, 100)).hasSize(alike.size());
        assertThat(storage().values().list(tenant(), "", "", 100, Long.MAX_VALUE))
                .hasSize(alike.size())
                .allSatisfy(value -> assertThat(value.value()).isEqualTo(payload("1")));
        assertThat(alike)
                .allSatisfy(name -> assertThat(storage()
                                .sessions()
                                .head(tenant(), new SessionId(name))
                                .orElseThrow()
                                .state())
                        .isEqualTo(Map.of(name, payload(name))));
    }

    @Test
    void theLongestNamesFit() {
        String session = "\u20ac".repeat(SessionId.MAX_LENGTH);
        String key = "\ud83d\ude00".repeat(KeyValues.MAX_KEY / 2);
        RunId run = new RunId("R".repeat(64));
        StoredTurn turn = new StoredTurn("t".repeat(80), 1, Fixtures.NOON, "docs", payload("x"));
        storage()
                .commit(Commit.in(tenant())
                        .session(new SessionChange(new SessionId(session), turn, Map.of(key, payload("state")), 0))
                        .start(ended(run.value(), agent(), RunState.COMPLETED, null))
                        .step(new StepRecord("\u20ac".repeat(256), payload("step")))
                        .value(ValueChange.insert(key, payload("value"), null))
                        .value(ValueChange.insert("\u20ac".repeat(KeyValues.MAX_KEY), payload("value"), null))
                        .message(new OutboxMessage("\u20ac".repeat(256), key, payload("told")))
                        .build());

        assertThat(storage().sessions().turns(tenant(), new SessionId(session), 1, 1, 1))
                .containsExactly(turn);
        assertThat(storage().sessions().list(tenant(), null, 10))
                .extracting(head -> head.id().value())
                .containsExactly(session);
        assertThat(storage()
                        .sessions()
                        .head(tenant(), new SessionId(session))
                        .orElseThrow()
                        .state())
                .isEqualTo(Map.of(key, payload("state")));
        assertThat(storage().runs().step(tenant(), run, "\u20ac".repeat(256))).isPresent();
        assertThat(storage().values().list(tenant(), "", "", 10, Long.MAX_VALUE))
                .extracting(StoredValue::key)
                .containsExactly("\u20ac".repeat(KeyValues.MAX_KEY), key);
        assertThat(waiting()).extracting("message.key").containsExactly(key);
    }

    @Test
    void keysOfAnotherFormAreRefused() {
        List<String> wrong = List.of("", "k".repeat(10_000), "nul\u0000", "line\n", "half \ud83d");
        for (String key : wrong) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> storage().values().get(tenant(), key));
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> storage().values().add(tenant(), key, 1, null));
        }
        assertThat(storage().values().list(tenant(), "", "", 10, Long.MAX_VALUE))
                .isEmpty();
    }

    @Test
    void whatTheContractDoesNotAllowIsRefused() {
        for (String holder : List.of("", "h".repeat(Runs.MAX_HOLDER + 1), "h\u00e4lt", "line\n")) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> storage().runs().claim(holder, List.of(agent()), Duration.ofMinutes(1), 1))
                    .withMessageContaining("holder");
        }
        for (Duration ttl : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> storage().values().add(tenant(), "count", 1, ttl))
                    .withMessageContaining("ttl");
        }
        assertThat(storage().values().get(tenant(), "count")).isEmpty();
        commit(working("r1", agent(), "h".repeat(Runs.MAX_HOLDER), Duration.ofMinutes(1)));
        assertThat(run("r1").head().holder()).hasSize(Runs.MAX_HOLDER);
    }

    static Stream<byte[]> contents() {
        byte[] every = new byte[256];
        IntStream.range(0, 256).forEach(value -> every[value] = (byte) value);
        byte[] large = new byte[1 << 20];
        new java.util.Random(1).nextBytes(large);
        return Stream.of(new byte[0], new byte[1], every, payload("{\"json\":").bytes(), large);
    }

    @ParameterizedTest
    @MethodSource("contents")
    void aPayloadComesBackByteForByte(byte[] bytes) {
        Payload payload = Payload.of(bytes);
        StoredTurn turn = new StoredTurn("r1/1", 1, Fixtures.NOON, "docs", payload);
        storage()
                .commit(Commit.in(tenant())
                        .session(new SessionChange(SESSION, turn, Map.of(), 0))
                        .build());
        assertThat(turns()).containsExactly(turn);
        Payload small = bytes.length > 1000 ? payload("small") : payload;
        storage()
                .commit(Commit.in(tenant())
                        .session(says(SESSION, "r2", 2, Map.of("k", small)))
                        .start(ended("r1", agent(), RunState.COMPLETED, null))
                        .step(new StepRecord("s", small))
                        .value(ValueChange.insert("v", small, null))
                        .message(new OutboxMessage("t", "k", small))
                        .build());

        assertThat(head().orElseThrow().state()).isEqualTo(Map.of("k", small));
        assertThat(storage().runs().step(tenant(), new RunId("r1"), "s")).contains(new StepRecord("s", small));
        assertThat(storage().values().get(tenant(), "v").map(StoredValue::value))
                .contains(small);
        assertThat(waiting()).extracting("message.content").containsExactly(small);
    }
}
