package org.copilotframework.core;

import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.core.call.Dispatcher;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.run.RunInput;
import org.jspecify.annotations.Nullable;

/** Runs as the application sees them: those of this process as they are, the others as they are stored. */
final class RunBook implements StoredRuns {
    private final Runs stored;
    private final Dispatcher dispatcher;

    RunBook(Runs stored, Dispatcher dispatcher) {
        this.stored = stored;
        this.dispatcher = dispatcher;
    }

    @Override
    public Optional<Run> find(TenantId tenant, RunId id) {
        return dispatcher.run(tenant, id);
    }

    @Override
    public Optional<RunSummary> summary(TenantId tenant, RunId id) {
        return stored.find(tenant, id).map(run -> summary(run.head()));
    }

    @Override
    public boolean isBegunBy(Caller caller, RunId id) {
        return stored.find(caller.tenant(), id)
                .map(run -> RunInput.read(run.input()).principal().subject())
                .filter(caller.principal().subject()::equals)
                .isPresent();
    }

    @Override
    public Optional<String> obstacle(TenantId tenant, RunId id) {
        return stored.find(tenant, id)
                .filter(run -> !run.head().state().terminal())
                .map(run -> RunDetail.read(run.detail()))
                .filter(detail -> detail.waits() != null)
                .map(RunDetail::words);
    }

    @Override
    public List<RunSummary> list(TenantId tenant, @Nullable RunState state, @Nullable RunId before, int limit) {
        return stored.list(tenant, state, before, limit).stream()
                .map(RunBook::summary)
                .toList();
    }

    @Override
    public boolean delete(TenantId tenant, RunId id) {
        return stored.delete(tenant, id);
    }

    private static RunSummary summary(RunHead head) {
        return new RunSummary(
                head.id(),
                head.agent(),
                Optional.ofNullable(head.session()),
                head.state(),
                head.activation(),
                head.created(),
                head.changed(),
                Optional.ofNullable(head.due()));
    }
}
