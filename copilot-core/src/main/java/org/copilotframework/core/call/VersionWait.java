package org.copilotframework.core.call;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.run.Effort;
import org.copilotframework.core.run.RunDetail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a run wait whose agent is here, but in another major version of its plugin than the one that suspended it. */
final class VersionWait {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration LATE = Duration.ofMinutes(10);

    private final AgentDirectory agents;
    private final Duration longest;
    private final DeskWriting writing;

    VersionWait(Premises premises, AgentDirectory agents, DeskWriting writing) {
        this.agents = agents;
        this.longest = premises.runLimits().inputTimeout();
        this.writing = writing;
    }

    /** Why the run cannot go on with the agent that is here now, or empty. */
    Optional<String> misfit(RunHead head, RunDetail detail) {
        MajorVersion wanted = MajorVersion.of(detail.plugin());
        Optional<PluginRef> now = agents.find(head.agent()).flatMap(CatalogueEntry::plugin);
        if (wanted == null
                || now.isEmpty()
                || wanted.fits(now.get())
                || agents.leaving(head.agent(), wanted::fits).isPresent()) {
            return Optional.empty();
        }
        return Optional.of("run " + head.id() + " was suspended by " + wanted.plugin() + ", and agent '" + head.agent()
                + "' is now of " + now.get() + ": install a version " + wanted.shown()
                + " for it to go on, or cancel it");
    }

    /** Looks again later, and less often the longer it waits; in the end it has waited for too long. */
    void await(RunRecord run, RunDetail detail, String why) {
        Instant now = Instant.now();
        Instant since = detail.waits() == null ? now : detail.waits();
        Duration waited = Duration.between(since, now);
        if (waited.compareTo(longest) > 0) {
            writing.end(
                    run,
                    new ConflictException(why + "; it has waited longer than copilot.runs.input-timeout, " + longest));
            return;
        }
        if (detail.waits() == null) {
            LOG.warn("{}", why);
        }
        Duration rest = waited.compareTo(SOON) < 0 ? SOON : waited.compareTo(LATE) > 0 ? LATE : waited;
        Duration left = longest.minus(waited).plusMillis(1);
        Effort effort = detail.effort().returned(run.head().attempt(), false);
        writing.rest(run, detail.waiting(effort, why, since), rest.compareTo(left) < 0 ? rest : left);
    }
}
