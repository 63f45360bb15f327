package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.AGENT;
import static org.copilotframework.security.encryption.Stored.OTHER;
import static org.copilotframework.security.encryption.Stored.RUN;
import static org.copilotframework.security.encryption.Stored.SESSION;
import static org.copilotframework.security.encryption.Stored.payload;
import static org.copilotframework.security.encryption.Stored.text;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.Orchestrator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store keeps tells nothing, and what somebody has changed there is not believed. */
class SealedContentTest {
    private static final String CANARY = "canary-7f3a";

    private final Keyring ring = new Keyring();
    private final Storage plain = Stored.memory();
    private final Storage storage = ring.node().storage(plain);

    @TempDir
    private Path folder;

    @BeforeEach
    void begin() {
        storage.migrate();
    }

    @Test
    void noContentOfAnyKindIsStoredAsItIs() {
        storage.commit(Stored.all(ACME, payload(CANARY)));

        assertThat(contents(storage).values()).hasSize(8).containsOnly(CANARY);
        assertThat(contents(plain).values()).noneMatch(stored -> stored.contains(CANARY));
    }

    @Test
    void oneContentIsNeverEncryptedTwiceToTheSameBytes() {
        storage.commit(Stored.turn(ACME, SESSION, 1, payload(CANARY)));
        storage.commit(Stored.turn(ACME, SESSION, 2, payload(CANARY)));

        assertThat(stored(ACME, SESSION, 1)).isNotEqualTo(stored(ACME, SESSION, 2));
    }

    @Test
    void aFlippedOrTruncatedByteIsFoundWhereverItIs() {
        storage.commit(Stored.turn(ACME, SESSION, 1, payload(CANARY)));
        byte[] sealed = stored(ACME, SESSION, 1).bytes();
        long version = 0;
        for (int i = 0; i < sealed.length; i++) {
            byte[] flipped = sealed.clone();
            flipped[i] ^= 0x40;
            plain.commit(Stored.turn(ACME, new SessionId("flipped"), ++version, Payload.of(flipped)));
            plain.commit(Stored.turn(ACME, new SessionId("cut"), version, Payload.of(Arrays.copyOf(sealed, i))));
            long at = version;
            refused(() -> storage.sessions().turns(ACME, new SessionId("flipped"), at, 1, Long.MAX_VALUE));
            refused(() -> storage.sessions().turns(ACME, new SessionId("cut"), at, 1, Long.MAX_VALUE));
        }
    }

    @Test
    void whatIsPutInAnotherPlaceIsFound() {
        storage.commit(Stored.all(ACME, payload(CANARY)));
        storage.commit(Stored.turn(OTHER, SESSION, 1, payload("theirs")));
        Payload sealed = stored(ACME, SESSION, 1);

        plain.commit(Stored.turn(ACME, new SessionId("s2"), 1, sealed));
        refused(() -> storage.sessions().turns(ACME, new SessionId("s2"), 9, 1, Long.MAX_VALUE));
        plain.commit(Stored.turn(ACME, SESSION, 2, sealed));
        refused(() -> storage.sessions().turns(ACME, SESSION, 2, 1, Long.MAX_VALUE));
        plain.commit(Stored.turn(OTHER, SESSION, 2, sealed));
        refused(() -> storage.sessions().turns(OTHER, SESSION, 2, 1, Long.MAX_VALUE));
        // A value for a turn, and one key's value for another's.
        StoredValue value = plain.values().get(ACME, "v").orElseThrow();
        plain.commit(Stored.turn(ACME, new SessionId("s3"), 1, value.value()));
        refused(() -> storage.sessions().turns(ACME, new SessionId("s3"), 1, 1, Long.MAX_VALUE));
        plain.values().compareAndSet(ACME, ValueChange.insert("w", value.value(), null));
        refused(() -> storage.values().get(ACME, "w"));
        // Another run's input.
        plain.commit(Commit.in(ACME)
                .start(Stored.run(
                        new RunId("r2"),
                        plain.runs().find(ACME, RUN).orElseThrow().input()))
                .build());
        refused(() -> storage.runs().find(ACME, new RunId("r2")));
        assertThat(text(storage.values().get(ACME, "v").orElseThrow().value())).isEqualTo(CANARY);
    }

    @Test
    void anotherTenantsKeyOpensNothing() {
        storage.commit(Stored.turn(ACME, SESSION, 1, payload(CANARY)));
        storage.commit(Stored.turn(OTHER, SESSION, 1, payload("theirs")));
        // Whoever can write to the store and the place of keys gives one tenant the other's key.
        byte[] theirs = ring.read(OTHER).orElseThrow().content();
        ring.write(ACME, theirs, ring.read(ACME).orElseThrow().version());
        Storage fresh = ring.node().storage(plain);

        refused(() -> fresh.sessions().turns(ACME, SESSION, 1, 1, Long.MAX_VALUE));
        assertThat(fresh.sessions().turns(OTHER, SESSION, 1, 1, Long.MAX_VALUE)).hasSize(1);
    }

    @Test
    void plainContentIsNotBelieved() {
        plain.commit(Stored.all(ACME, payload("{\"planted\":true}")));

        refused(() -> storage.sessions().turns(ACME, SESSION, 1, 1, Long.MAX_VALUE));
        refused(() -> storage.sessions().head(ACME, SESSION));
        refused(() -> storage.runs().find(ACME, RUN));
        refused(() -> storage.runs().step(ACME, RUN, "step"));
        refused(() -> storage.runs().events(ACME, RUN, 0, 1, Long.MAX_VALUE));
        refused(() -> storage.values().get(ACME, "v"));
    }

    /** Who relays messages and takes runs does so for all tenants: what is damaged harms nobody else's. */
    @Test
    void whatCannotBeReadIsInNobodysWay() {
        plain.commit(Stored.all(ACME, payload("planted")));
        storage.commit(Stored.all(OTHER, payload("theirs")));

        List<OutboxRecord> waiting = storage.outbox().read(10, Long.MAX_VALUE);
        assertThat(waiting).hasSize(2);
        refused(() -> waiting.get(0).message().content().bytes());
        assertThat(text(waiting.get(1).message().content())).isEqualTo("theirs");
        List<RunRecord> taken = storage.runs().claim("me", List.of(AGENT), Duration.ofMinutes(1), 10);
        assertThat(taken).hasSize(2);
        for (RunRecord run : taken) {
            if (run.head().tenant().equals(ACME)) {
                refused(() -> run.input().bytes());
            } else {
                assertThat(text(run.input())).isEqualTo("theirs");
            }
        }
        storage.outbox().remove(waiting);
        assertThat(storage.outbox().read(10, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void aCounterStaysACounterAndATextThatLooksLikeOneIsEncrypted() {
        storage.values().compareAndSet(ACME, ValueChange.insert("digits", payload("5"), null));
        assertThat(storage.values().add(ACME, "count", 5, null)).isEqualTo(5);

        assertThat(text(plain.values().get(ACME, "count").orElseThrow().value()))
                .isEqualTo("5");
        assertThat(plain.values().get(ACME, "digits").orElseThrow().value()).isNotEqualTo(payload("5"));
        assertThat(text(storage.values().get(ACME, "digits").orElseThrow().value()))
                .isEqualTo("5");
    }

    /** A copy between two encrypted stores must not take what looks like a counter for one. */
    @Test
    void aCopyKeepsDigitsEncryptedAndCountersCounters() {
        storage.values().compareAndSet(ACME, ValueChange.insert("digits", payload("48213377"), null));
        storage.values().add(ACME, "count", 5, null);
        Storage plainTarget = Stored.memory();
        Storage target = new Keyring().node().storage(plainTarget);
        target.migrate();

        for (int i = 0; i < 2; i++) {
            Orchestrator.builder().home(folder).copyStorage(storage, target, (what, done, total) -> {});
            assertThat(text(target.values().get(ACME, "digits").orElseThrow().value()))
                    .isEqualTo("48213377");
            assertThat(plainTarget.values().get(ACME, "digits").orElseThrow().value())
                    .isNotEqualTo(payload("48213377"));
        }
        assertThat(target.values().add(ACME, "count", 2, null)).isEqualTo(7);
        assertThat(storage.values().isCounter(ACME, "count")).isTrue();
        assertThat(storage.values().isCounter(ACME, "digits")).isFalse();
        assertThat(storage.values().isCounter(ACME, "none")).isFalse();
    }

    @Test
    void aPlainStoreThatKnowsItsCountersIsCopiedWithoutLeavingDigitsPlain() {
        Storage source = Stored.memory();
        source.values().compareAndSet(ACME, ValueChange.insert("digits", payload("48213377"), null));
        source.values().add(ACME, "count", 5, null);

        Orchestrator.builder().home(folder).copyStorage(source, storage, (what, done, total) -> {});
        assertThat(plain.values().get(ACME, "digits").orElseThrow().value()).isNotEqualTo(payload("48213377"));
        assertThat(storage.values().add(ACME, "count", 2, null)).isEqualTo(7);
    }

    /** Said in the documentation, as it cannot be helped: stores add to what they can read. */
    @Test
    void digitsThatWerePlantedAreTakenForACounter() {
        storage.values().compareAndSet(ACME, ValueChange.insert("v", payload("secret"), null));
        long version = plain.values().get(ACME, "v").orElseThrow().version();
        plain.values().compareAndSet(ACME, new ValueChange("v", version, payload("42"), null));

        assertThat(text(storage.values().get(ACME, "v").orElseThrow().value())).isEqualTo("42");
    }

    @Test
    void aRepeatedCommitGivesTheFirstContent() {
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("first")));
        StoredTurn again =
                storage.commit(Stored.turn(ACME, SESSION, 1, payload("first"))).turn();

        assertThat(again).isNotNull();
        assertThat(text(again.content())).isEqualTo("first");
    }

    @Test
    void theTenantOfTheKeysIsNotShown() {
        for (String name : List.of("a", "b", "d")) {
            storage.commit(Stored.turn(new TenantId(name), SESSION, 1, payload("x")));
        }
        List<TenantId> all = new ArrayList<>();
        List<TenantId> page = storage.tenants(null, 2);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = page.size() < 2 ? List.of() : storage.tenants(page.get(page.size() - 1), 2);
        }
        assertThat(all).extracting(TenantId::value).containsExactly("a", "b", "d");
    }

    private Payload stored(TenantId tenant, SessionId session, long version) {
        return plain.sessions()
                .turns(tenant, session, version, 1, Long.MAX_VALUE)
                .get(0)
                .content();
    }

    private static Map<String, String> contents(Storage of) {
        Map<String, String> all = new TreeMap<>();
        Stored.contents(of).forEach((kind, content) -> all.put(kind, text(content)));
        return all;
    }

    private static void refused(ThrowingCallable read) {
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(read)
                .withMessageMatching("(?s).*(cannot be decrypted|cannot be unwrapped|is not encrypted).*")
                .satisfies(error -> assertThat(error.toString()).doesNotContain(CANARY));
    }
}
