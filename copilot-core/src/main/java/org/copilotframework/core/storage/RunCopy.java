package org.copilotframework.core.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.jspecify.annotations.Nullable;

/**
 * Copies one run. A run without steps and events is written at once. Another is held by the copy itself, and never due, until
 * all of it is there: so an earlier copy that was cut short is seen.
 */
final class RunCopy {
    private static final String HOLDER = "store-copy";
    /** A copied run that has ended stays at least so long, to be compared and looked at. */
    private static final Duration AT_LEAST = Duration.ofDays(1);

    private final Storage source;
    private final Storage target;
    private final StoreListing listing;
    private final Duration keep;

    RunCopy(Storage source, Storage target, Duration keep) {
        this.source = source;
        this.target = target;
        this.listing = new StoreListing(source);
        this.keep = keep;
    }

    void copy(TenantId tenant, RunId id) {
        RunRecord run = source.runs().find(tenant, id).orElse(null);
        if (run == null) {
            return;
        }
        Optional<RunHead> there = target.runs().find(tenant, id).map(RunRecord::head);
        if (there.isPresent() && !HOLDER.equals(there.get().holder())) {
            return;
        }
        Iterator<StepRecord> steps = listing.steps(tenant, id);
        Iterator<StoredEvent> events = listing.events(tenant, id);
        boolean atOnce = there.isEmpty() && !steps.hasNext() && !events.hasNext();
        if (there.isEmpty()) {
            target.commit(Commit.in(tenant).start(start(run, atOnce)).build());
        }
        if (!atOnce) {
            long fence = there.map(RunHead::fence).orElse(1L);
            RunLease held = new RunLease(tenant, id, fence);
            // One step a commit: together they may be more than a store takes at once.
            steps.forEachRemaining(step ->
                    target.commit(Commit.in(tenant).within(held).step(step).build()));
            events.forEachRemaining(event -> target.runs().retain(held, List.of(event), 0));
            target.commit(Commit.in(tenant).run(whole(run, fence)).build());
        }
    }

    private RunStart start(RunRecord run, boolean atOnce) {
        RunHead head = run.head();
        return new RunStart(
                head.id(),
                "copy",
                head.agent(),
                head.session(),
                atOnce ? head.state() : RunState.WORKING,
                head.activation(),
                run.input(),
                atOnce ? run.detail() : null,
                atOnce ? null : HOLDER,
                atOnce ? due(head) : Due.never(),
                atOnce ? keep(head) : null);
    }

    private RunChange whole(RunRecord run, long fence) {
        RunHead head = run.head();
        return new RunChange(
                head.id(), fence, "copied", head.state(), head.activation(), run.detail(), null, due(head), keep(head));
    }

    private static Due due(RunHead head) {
        Instant due = head.due();
        if (due == null || head.state().terminal()) {
            return Due.never();
        }
        return head.state() == RunState.WORKING ? Due.now() : Due.at(due.truncatedTo(ChronoUnit.MILLIS));
    }

    private @Nullable Duration keep(RunHead head) {
        if (!head.state().terminal()) {
            return null;
        }
        Duration left = keep.minus(Duration.between(head.changed(), Instant.now()));
        return left.compareTo(AT_LEAST) < 0 ? AT_LEAST : left;
    }
}
