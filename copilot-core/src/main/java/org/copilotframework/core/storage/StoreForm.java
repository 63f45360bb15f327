package org.copilotframework.core.storage;

import java.util.TreeMap;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.StoreTotals;

/** Digests of what one store holds, over all of it that a copy keeps; and how much it was. */
final class StoreForm {
    private final Storage store;
    private final StoreListing listing;
    private long tenants;
    private long sessions;
    private long turns;
    private long runs;
    private long steps;
    private long events;
    private long values;

    StoreForm(Storage store) {
        this.store = store;
        this.listing = new StoreListing(store);
    }

    void tenant() {
        tenants++;
    }

    byte[] session(TenantId tenant, SessionId id) {
        Canon canon = new Canon().text(id.value());
        SessionHead head = store.sessions().head(tenant, id).orElse(null);
        if (head != null) {
            sessions++;
            canon.number(head.version())
                    .number(head.first())
                    .number(head.state().size());
            new TreeMap<>(head.state()).forEach((key, value) -> canon.text(key).payload(value));
            listing.turns(tenant, id, head.first(), head.version(), turn -> {
                turns++;
                canon.text(turn.id())
                        .number(turn.version())
                        .moment(turn.time())
                        .text(turn.agent())
                        .payload(turn.content());
            });
        }
        return canon.digest();
    }

    byte[] run(TenantId tenant, RunId id) {
        Canon canon = new Canon().text(id.value());
        store.runs().find(tenant, id).ifPresent(run -> {
            runs++;
            RunHead head = run.head();
            // A lease is the holder's, not the run's.
            boolean waits = !head.state().terminal() && head.state() != RunState.WORKING;
            canon.text(head.agent())
                    .text(head.session() == null ? null : head.session().value())
                    .text(head.state().name())
                    .number(head.activation())
                    .moment(waits ? head.due() : null)
                    .payload(run.input())
                    .payload(run.detail());
        });
        long before = steps;
        listing.steps(tenant, id).forEachRemaining(step -> {
            steps++;
            canon.text(step.key()).payload(step.result());
        });
        canon.number(steps - before);
        listing.events(tenant, id).forEachRemaining(event -> {
            events++;
            canon.number(event.position()).payload(event.content());
        });
        return canon.digest();
    }

    byte[] value(TenantId tenant, String key) {
        Canon canon = new Canon().text(key);
        store.values().get(tenant, key).ifPresent(value -> {
            values++;
            canon.payload(value.value());
        });
        return canon.digest();
    }

    StoreTotals totals(long counters, String sha256) {
        return new StoreTotals(tenants, sessions, turns, runs, steps, events, values, counters, sha256);
    }
}
