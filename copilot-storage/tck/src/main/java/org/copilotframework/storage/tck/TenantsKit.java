package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.changes;
import static org.copilotframework.storage.tck.Fixtures.completes;
import static org.copilotframework.storage.tck.Fixtures.parked;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.queued;
import static org.copilotframework.storage.tck.Fixtures.says;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/** No tenant sees, changes or deletes what is another's, and a tenant can be erased. */
abstract class TenantsKit extends Theme {
    private static final RunId RUN = new RunId("r1");

    @Test
    void aNeighbourSeesNothing() {
        fill(tenant());
        TenantId other = neighbour();

        assertThat(storage().sessions().head(other, SESSION)).isEmpty();
        assertThat(storage().sessions().turns(other, SESSION, Long.MAX_VALUE, 10, Long.MAX_VALUE))
                .isEmpty();
        assertThat(storage().sessions().list(other, null, 10)).isEmpty();
        assertThat(storage().runs().find(other, RUN)).isEmpty();
        assertThat(storage().runs().list(other, null, null, 10)).isEmpty();
        assertThat(storage().runs().list(other, RunState.SUBMITTED, null, 10)).isEmpty();
        assertThat(storage().runs().step(other, RUN, "step")).isEmpty();
        assertThat(storage().runs().events(other, RUN, 0, 10, Long.MAX_VALUE)).isEmpty();
        assertThat(storage().values().get(other, "value")).isEmpty();
        assertThat(storage().values().get(other, "count")).isEmpty();
        assertThat(storage().values().list(other, "", "", 10, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void aNeighbourChangesNothing() {
        fill(tenant());
        List<Object> before = all(tenant());
        TenantId other = neighbour();
        RunRecord run = run("r1");
        StoredValue value = storage().values().get(tenant(), "value").orElseThrow();

        assertThat(storage().sessions().delete(other, SESSION)).isFalse();
        refused(Commit.in(other).session(says(SESSION, "r2", 2)).build());
        refused(Commit.in(other).run(completes(run)).build());
        refused(Commit.in(other)
                .within(new RunLease(other, RUN, run.head().fence()))
                .step(new StepRecord("late", null))
                .build());
        refused(Commit.in(other)
                .session(says(SESSION, "r1", 1))
                .value(ValueChange.update("value", value.version(), payload("theirs"), null))
                .build());
        RunLease lease = new RunLease(other, RUN, run.head().fence());
        assertThat(storage().runs().retain(lease, List.of(new StoredEvent(2, payload("theirs"))), 2))
                .isFalse();
        assertThat(storage().runs().renew(List.of(lease), LONG)).containsExactly(lease);
        ValueChange update = ValueChange.update("value", value.version(), payload("theirs"), null);
        assertThat(storage().values().compareAndSet(other, update)).isEmpty();
        assertThat(storage().values().compareAndSet(other, ValueChange.delete("value", value.version())))
                .isEmpty();
        assertThat(storage().values().add(other, "count", 1, null)).isEqualTo(1);
        assertThat(all(tenant())).isEqualTo(before);
    }

    @Test
    void tenantsUseTheSameNamesForThemselves() {
        fill(tenant());
        List<Object> before = all(tenant());
        fill(neighbour());
        storage().commit(Commit.in(neighbour()).session(says(SESSION, "r2", 2)).build());
        storage().values().add(neighbour(), "count", 10, null);
        RunRecord theirs = storage().runs().find(neighbour(), RUN).orElseThrow();
        storage()
                .commit(Commit.in(neighbour())
                        .run(changes(theirs, RunState.SUBMITTED, Due.never()))
                        .build());
        assertThat(all(tenant())).isEqualTo(before);

        assertThat(storage().sessions().delete(neighbour(), SESSION)).isTrue();
        assertThat(all(tenant())).isEqualTo(before);
    }

    @Test
    void namesThatRunTogetherAreKeptApart() {
        for (String glue : List.of(".", "_", "-")) {
            TenantId shorter = new TenantId(tenant() + "x");
            TenantId longer = new TenantId(tenant() + "x" + glue + "y");
            storage()
                    .commit(Commit.in(shorter)
                            .session(says(new SessionId("y" + glue + "z"), "r1", 1))
                            .start(parked("y" + (glue.equals(".") ? "-" : glue) + "z", agent()))
                            .value(ValueChange.insert("y" + glue + "z", payload("shorter"), null))
                            .build());

            assertThat(storage().sessions().head(longer, new SessionId("z"))).isEmpty();
            assertThat(storage().sessions().list(longer, null, 10)).isEmpty();
            assertThat(storage().runs().find(longer, new RunId("z"))).isEmpty();
            assertThat(storage().runs().list(longer, null, null, 10)).isEmpty();
            assertThat(storage().values().get(longer, "z")).isEmpty();
            assertThat(storage().values().list(longer, "", "", 10, Long.MAX_VALUE))
                    .isEmpty();
            assertThat(storage().erase(longer)).isZero();
            assertThat(storage().erase(shorter)).isEqualTo(3);
        }
    }

    @Test
    void tenantsThatDifferInCaseOnlyAreTwo() {
        TenantId upper = new TenantId(tenant().value().replace("t.", "T."));
        fill(tenant());

        assertThat(storage().sessions().head(upper, SESSION)).isEmpty();
        assertThat(storage().values().list(upper, "", "", 10, Long.MAX_VALUE)).isEmpty();
        assertThat(storage().erase(upper)).isZero();
        assertThat(all(tenant())).hasSize(7);
    }

    @Test
    void anErasedTenantIsGoneAndTheOthersAreNot() {
        fill(tenant());
        fill(neighbour());
        commit(says(new SessionId("s2"), "r1", 1));
        List<Object> theirs = all(neighbour());

        assertThat(storage().erase(tenant())).isEqualTo(6);
        assertThat(storage().sessions().list(tenant(), null, 10)).isEmpty();
        assertThat(turns()).isEmpty();
        assertThat(storage().runs().list(tenant(), null, null, 10)).isEmpty();
        assertThat(storage().runs().step(tenant(), RUN, "step")).isEmpty();
        assertThat(storage().runs().events(tenant(), RUN, 0, 10, Long.MAX_VALUE))
                .isEmpty();
        assertThat(storage().values().list(tenant(), "", "", 10, Long.MAX_VALUE))
                .isEmpty();
        assertThat(waiting()).isEmpty();
        assertThat(storage().runs().claim("me", List.of(agent()), LONG, 10))
                .extracting(run -> run.head().tenant())
                .containsExactly(neighbour());
        assertThat(storage().erase(tenant())).isZero();
        assertThat(all(neighbour()).subList(0, 2)).isEqualTo(theirs.subList(0, 2));
        assertThat(storage().outbox().read(1000, Long.MAX_VALUE))
                .extracting("tenant")
                .contains(neighbour());
        fill(tenant());
        assertThat(turns()).hasSize(1);
    }

    @Test
    void tenantsThatHaveDataAreListedInOrderPageAfterPage() {
        List<TenantId> mine = new ArrayList<>();
        storage()
                .commit(Commit.in(named("A-session"))
                        .session(says(SESSION, "r1", 1))
                        .build());
        storage().commit(Commit.in(named("a-run")).start(parked("r1", agent())).build());
        storage().values().add(named("a_value"), "count", 1, null);
        storage().values().add(named("a.value"), "count", 1, null);
        for (String name : List.of("A-session", "a-run", "a.value", "a_value")) {
            mine.add(named(name));
        }

        assertThat(tenants(1000)).filteredOn(mine::contains).isEqualTo(mine);
        assertThat(tenants(1)).filteredOn(mine::contains).isEqualTo(mine);
        assertThat(tenants(2)).isEqualTo(tenants(1000));
        storage().erase(mine.get(1));
        assertThat(tenants(1000)).contains(mine.get(0)).doesNotContain(mine.get(1));
        for (int limit : new int[] {0, 1001}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> storage().tenants(null, limit))
                    .withMessageContaining("limit");
        }
        mine.forEach(storage()::erase);
    }

    private TenantId named(String end) {
        return new TenantId(tenant() + "." + end);
    }

    private List<TenantId> tenants(int limit) {
        List<TenantId> all = new ArrayList<>();
        List<TenantId> page;
        do {
            page = storage().tenants(all.isEmpty() ? null : all.get(all.size() - 1), limit);
            all.addAll(page);
        } while (page.size() == limit);
        return all;
    }

    /** One session, one run, two values and a message. */
    private void fill(TenantId tenant) {
        storage()
                .commit(Commit.in(tenant)
                        .session(says(SESSION, "r1", 1, Map.of("k", payload("v"))))
                        .start(queued("r1", agent()))
                        .step(new StepRecord("step", payload("result")))
                        .value(ValueChange.insert("value", payload("mine"), null))
                        .message(new OutboxMessage("topic", "key", payload("told")))
                        .build());
        storage().values().add(tenant, "count", 5, null);
        long fence = storage().runs().find(tenant, RUN).orElseThrow().head().fence();
        storage().runs().retain(new RunLease(tenant, RUN, fence), List.of(new StoredEvent(1, payload("event"))), 0);
    }

    /** All that a tenant has. */
    private List<Object> all(TenantId tenant) {
        List<Object> all = new ArrayList<>();
        storage().sessions().head(tenant, SESSION).ifPresent(all::add);
        all.addAll(storage().sessions().turns(tenant, SESSION, Long.MAX_VALUE, 10, Long.MAX_VALUE));
        storage().runs().find(tenant, RUN).ifPresent(all::add);
        storage().runs().step(tenant, RUN, "step").ifPresent(all::add);
        all.addAll(storage().runs().events(tenant, RUN, 0, 10, Long.MAX_VALUE));
        all.addAll(storage().values().list(tenant, "", "", 10, Long.MAX_VALUE));
        return all;
    }

    private void refused(Commit commit) {
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> storage().commit(commit));
    }
}
