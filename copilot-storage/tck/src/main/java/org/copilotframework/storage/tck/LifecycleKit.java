package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.parked;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.says;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/** A store is found, opened, migrated and closed as every other. */
abstract class LifecycleKit extends Theme {
    @Test
    void theProviderHasANameAndItsSchemesAreLowerCase() {
        StorageProvider provider = store().provider();

        assertThat(provider.name()).matches("[a-z][a-z0-9-]*");
        assertThat(provider.schemes()).isNotEmpty().allMatch(scheme -> scheme.matches("[a-z][a-z0-9+.-]*"));
        assertThat(provider.schemes()).contains(StorageUrl.parse(store().url()).scheme());
    }

    @Test
    void theProviderIsFoundOnTheClassPath() {
        Class<? extends StorageProvider> type = store().provider().getClass();

        assertThat(ServiceLoader.load(StorageProvider.class, type.getClassLoader()).stream())
                .extracting(ServiceLoader.Provider::type)
                .contains(type);
    }

    @Test
    void aMigrationMayBeMadeAgain() {
        commit(says(SESSION, "r1", 1));
        storage().migrate();
        storage().check();

        assertThat(turns()).hasSize(1);
    }

    @Test
    void whatAStoreOffersIsAlwaysTheSame() {
        assertThat(storage().sessions()).isSameAs(storage().sessions());
        assertThat(storage().runs()).isSameAs(storage().runs());
        assertThat(storage().values()).isSameAs(storage().values());
        assertThat(storage().outbox()).isSameAs(storage().outbox());
        assertThat(storage().durability()).isNotNull().isEqualTo(storage().durability());
    }

    @Test
    void aStoreIsClosedOnceOrTwice() {
        Storage another = store().open();
        another.migrate();
        another.close();
        another.close();
        storage().check();
    }

    @Test
    void aClosedStoreTakesNothingAndGivesNothing() {
        Storage closed = store().open();
        closed.migrate();
        closed.close();

        calls(closed)
                .forEach((name, call) -> assertThatExceptionOfType(UnavailableException.class)
                        .as(name)
                        .isThrownBy(call::run)
                        .satisfies(error -> assertThat(error.retryAfter()).isPresent()));
    }

    /** Each method that asks the store. */
    private Map<String, Runnable> calls(Storage closed) {
        RunId run = new RunId("r1");
        Map<String, Runnable> calls = new TreeMap<>();
        calls.put(
                "commit of a session",
                () -> closed.commit(
                        Commit.in(tenant()).session(says(SESSION, "r1", 1)).build()));
        calls.put(
                "commit of a run",
                () -> closed.commit(
                        Commit.in(tenant()).start(parked("r1", agent())).build()));
        calls.put("migrate", closed::migrate);
        calls.put("check", closed::check);
        calls.put("tenants", () -> closed.tenants(null, 10));
        calls.put("erase", () -> closed.erase(tenant()));
        calls.put("sweep", () -> closed.sweep(new Retention(LONG), 10));
        calls.put("sessions.head", () -> closed.sessions().head(tenant(), SESSION));
        calls.put("sessions.turns", () -> closed.sessions().turns(tenant(), SESSION, 1, 1, 1));
        calls.put("sessions.list", () -> closed.sessions().list(tenant(), null, 1));
        calls.put("sessions.delete", () -> closed.sessions().delete(tenant(), SESSION));
        calls.put("runs.find", () -> closed.runs().find(tenant(), run));
        calls.put("runs.list", () -> closed.runs().list(tenant(), null, null, 1));
        calls.put("runs.claim", () -> closed.runs().claim("me", List.of(agent()), LONG, 1));
        calls.put("runs.renew", () -> closed.runs().renew(List.of(new RunLease(tenant(), run, 1)), LONG));
        calls.put("runs.step", () -> closed.runs().step(tenant(), run, "s"));
        calls.put(
                "runs.retain",
                () -> closed.runs()
                        .retain(new RunLease(tenant(), run, 1), List.of(new StoredEvent(1, payload("e"))), 0));
        calls.put("runs.events", () -> closed.runs().events(tenant(), run, 0, 1, 1));
        calls.put("runs.steps", () -> closed.runs().steps(tenant(), run, "", 1, 1));
        calls.put("runs.delete", () -> closed.runs().delete(tenant(), run));
        calls.put("values.remaining", () -> closed.values().remaining(tenant(), "k"));
        calls.put("values.get", () -> closed.values().get(tenant(), "k"));
        calls.put(
                "values.compareAndSet",
                () -> closed.values().compareAndSet(tenant(), ValueChange.insert("k", payload("v"), null)));
        calls.put("values.add", () -> closed.values().add(tenant(), "k", 1, null));
        calls.put("values.list", () -> closed.values().list(tenant(), "", "", 1, Long.MAX_VALUE));
        calls.put("outbox.read", () -> closed.outbox().read(1, Long.MAX_VALUE));
        return calls;
    }
}
