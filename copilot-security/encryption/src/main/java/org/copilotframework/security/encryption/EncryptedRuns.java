package org.copilotframework.security.encryption;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.security.encryption.Vault.Sealer;
import org.jspecify.annotations.Nullable;

/** Runs whose input, detail, steps and events are encrypted. */
final class EncryptedRuns implements Runs {
    private final Runs plain;
    private final Vault vault;

    EncryptedRuns(Runs plain, Vault vault) {
        this.plain = plain;
        this.vault = vault;
    }

    @Override
    public Optional<RunRecord> find(TenantId tenant, RunId id) {
        return plain.find(tenant, id).map(this::opened);
    }

    private RunRecord opened(RunRecord run) {
        TenantId tenant = run.head().tenant();
        RunId id = run.head().id();
        return new RunRecord(
                run.head(),
                vault.open(tenant, run.input(), Slot.input(id)),
                vault.openIfAny(tenant, run.detail(), Slot.detail(id)));
    }

    @Override
    public List<RunHead> list(TenantId tenant, @Nullable RunState state, @Nullable RunId before, int limit) {
        return plain.list(tenant, state, before, limit);
    }

    @Override
    public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit) {
        return taken(plain.claim(holder, agents, lease, limit));
    }

    /** Bounded by what is stored, which is a little more: what was taken cannot be left out. */
    @Override
    public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit, long maxBytes) {
        return taken(plain.claim(holder, agents, lease, limit, maxBytes));
    }

    /** One that cannot be read keeps no other from being taken: who reads it learns of it. */
    private List<RunRecord> taken(List<RunRecord> runs) {
        return runs.stream()
                .map(run -> {
                    TenantId tenant = run.head().tenant();
                    RunId id = run.head().id();
                    return new RunRecord(
                            run.head(),
                            vault.later(tenant, run.input(), Slot.input(id)),
                            laterIfAny(tenant, run.detail(), Slot.detail(id)));
                })
                .toList();
    }

    private @Nullable Payload laterIfAny(TenantId tenant, @Nullable Payload stored, Slot slot) {
        return stored == null ? null : vault.later(tenant, stored, slot);
    }

    @Override
    public List<RunHead> overdue(Duration time, Collection<String> except, int limit) {
        return plain.overdue(time, except, limit);
    }

    @Override
    public Optional<Duration> remaining(TenantId tenant, RunId id) {
        return plain.remaining(tenant, id);
    }

    @Override
    public List<RunLease> renew(Collection<RunLease> held, Duration lease) {
        return plain.renew(held, lease);
    }

    @Override
    public Optional<StepRecord> step(TenantId tenant, RunId id, String key) {
        return plain.step(tenant, id, key).map(step -> opened(tenant, id, step));
    }

    @Override
    public List<StepRecord> steps(TenantId tenant, RunId id, String after, int limit, long maxBytes) {
        List<StepRecord> page = plain.steps(tenant, id, after, limit, PageBytes.stored(maxBytes, limit));
        return PageBytes.first(page, maxBytes, step -> Vault.bytesWithin(step.result())).stream()
                .map(step -> opened(tenant, id, step))
                .toList();
    }

    private StepRecord opened(TenantId tenant, RunId id, StepRecord step) {
        return new StepRecord(step.key(), vault.openIfAny(tenant, step.result(), Slot.step(id, step.key())));
    }

    @Override
    public boolean retain(RunLease lease, List<StoredEvent> events, long keepFrom) {
        if (events.isEmpty()) {
            return plain.retain(lease, events, keepFrom);
        }
        Sealer sealer = vault.sealer(lease.tenant());
        return plain.retain(
                lease,
                events.stream()
                        .map(event -> SealedCommit.event(lease.id(), event, sealer))
                        .toList(),
                keepFrom);
    }

    @Override
    public List<StoredEvent> events(TenantId tenant, RunId id, long after, int limit, long maxBytes) {
        List<StoredEvent> page = plain.events(tenant, id, after, limit, PageBytes.stored(maxBytes, limit));
        return PageBytes.first(page, maxBytes, event -> Vault.bytesWithin(event.content())).stream()
                .map(event -> new StoredEvent(
                        event.position(), vault.open(tenant, event.content(), Slot.event(id, event.position()))))
                .toList();
    }

    @Override
    public boolean delete(TenantId tenant, RunId id) {
        return plain.delete(tenant, id);
    }
}
