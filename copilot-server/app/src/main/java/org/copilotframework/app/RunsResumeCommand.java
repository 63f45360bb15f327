package org.copilotframework.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.RunSummary;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
        name = "resume",
        description = "Gives a run the answer it waits for, if one is said, and follows it to its reply.")
final class RunsResumeCommand extends OrchestratorCommand {
    @Mixin
    private final PluginsOption inbox = new PluginsOption();

    @Mixin
    private final TenantOption tenant = new TenantOption();

    @Parameters(index = "0", paramLabel = "ID", description = "The run's id; 'copilot runs list' shows them.")
    private String id = "";

    @Parameters(index = "1..*", paramLabel = "TEXT", description = "What to say; several words are joined by spaces.")
    private List<String> text = new ArrayList<>();

    @Mixin
    private final Saying saying = new Saying();

    RunsResumeCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void check() {
        if (!saying.isEmpty(text)) {
            saying.message(text);
        }
    }

    @Override
    void run(Orchestrator orchestrator, Terminal terminal) throws InterruptedException {
        RunId named = new RunId(id);
        Run run = orchestrator.runs().find(tenant.id(), named).orElseThrow(() -> Replies.noRun(named));
        RunSummary summary = orchestrator.runs().summary(tenant.id(), named).orElseThrow(() -> Replies.noRun(named));
        boolean here = orchestrator.agents().find(summary.agent()).isPresent();
        if (!here && !summary.state().terminal()) {
            throw new NotFoundException("run " + id + " needs agent '" + summary.agent()
                    + "', which is not here; name the folder of its plugin with --plugins");
        }
        if (!saying.isEmpty(text)) {
            run.input(saying.message(text));
        }
        Map<String, @Nullable Object> view = JsonView.said(summary.agent(), named, summary.session());
        new Conversation(surroundings, options, terminal).follow(run, view, inbox.repeated() + tenant.repeated());
    }

    @Override
    PluginsOption inbox() {
        return inbox;
    }

    @Override
    boolean data() {
        return true;
    }
}
