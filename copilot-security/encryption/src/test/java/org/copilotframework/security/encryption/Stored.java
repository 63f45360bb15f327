package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.storage.MemoryStorageProvider;

/** What the tests store: of each kind of content one, all in one commit. */
final class Stored {
    static final TenantId ACME = new TenantId("acme");
    static final TenantId OTHER = new TenantId("other");
    static final SessionId SESSION = new SessionId("s1");
    static final RunId RUN = new RunId("r1");
    static final String AGENT = "docs";

    private Stored() {}

    static Payload payload(String text) {
        return Payload.of(text.getBytes(UTF_8));
    }

    static String text(Payload payload) {
        return new String(payload.bytes(), UTF_8);
    }

    static Storage memory() {
        return new MemoryStorageProvider().open(StorageUrl.parse("memory:local"), new NoContext());
    }

    static Commit turn(TenantId tenant, SessionId session, long version, Payload content) {
        StoredTurn turn = new StoredTurn("r" + version + "/1", version, Instant.EPOCH, AGENT, content);
        return Commit.in(tenant)
                .session(new SessionChange(session, turn, Map.of(), 0))
                .build();
    }

    /** All turns of acme's session. */
    static List<StoredTurn> turns(Storage of) {
        return of.sessions().turns(ACME, SESSION, Long.MAX_VALUE, 10, Long.MAX_VALUE);
    }

    static RunStart run(RunId run, Payload input) {
        return new RunStart(run, "begun", AGENT, null, RunState.SUBMITTED, 1, input, null, null, Due.now(), null);
    }

    static Commit all(TenantId tenant, Payload content) {
        return each(tenant, kind -> content);
    }

    /** The same, each kind with a content of its own. */
    static Commit each(TenantId tenant, Function<String, Payload> content) {
        StoredTurn turn = new StoredTurn("r1/1", 1, Instant.EPOCH, AGENT, content.apply("turn"));
        RunStart run = new RunStart(
                RUN,
                "begun",
                AGENT,
                SESSION,
                RunState.SUBMITTED,
                1,
                content.apply("input"),
                content.apply("detail"),
                null,
                Due.now(),
                null);
        return Commit.in(tenant)
                .session(new SessionChange(SESSION, turn, Map.of("k", content.apply("state")), 0))
                .start(run)
                .step(new StepRecord("step", content.apply("step")))
                .event(new StoredEvent(1, content.apply("event")))
                .value(ValueChange.insert("v", content.apply("value"), null))
                .message(new OutboxMessage("topic", "key", content.apply("message")))
                .build();
    }

    /** What a store holds of that commit, by its kinds. */
    static Map<String, Payload> contents(Storage of) {
        RunRecord run = of.runs().find(ACME, RUN).orElseThrow();
        return Map.of(
                "turn",
                of.sessions().turns(ACME, SESSION, 1, 1, Long.MAX_VALUE).get(0).content(),
                "state",
                of.sessions().head(ACME, SESSION).orElseThrow().state().get("k"),
                "input",
                run.input(),
                "detail",
                Objects.requireNonNull(run.detail()),
                "step",
                Objects.requireNonNull(
                        of.runs().step(ACME, RUN, "step").orElseThrow().result()),
                "event",
                of.runs().events(ACME, RUN, 0, 1, Long.MAX_VALUE).get(0).content(),
                "value",
                of.values().get(ACME, "v").orElseThrow().value(),
                "message",
                of.outbox().read(1, Long.MAX_VALUE).get(0).message().content());
    }

    /** For providers that have no settings. */
    record NoContext() implements ProviderContext {
        @Override
        public <T extends Record> T settings(Class<T> type) {
            throw new UnsupportedOperationException(type.getName());
        }

        @Override
        public Path home() {
            return Path.of("target").toAbsolutePath();
        }
    }
}
