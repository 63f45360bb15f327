package org.copilotframework.app;

import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.core.StoredData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(name = "cancel", description = "Ends a run, wherever it is at work.")
final class RunsCancelCommand extends DataCommand {
    @Mixin
    private final TenantOption tenant = new TenantOption();

    @Parameters(paramLabel = "ID", description = "The run's id; 'copilot runs list' shows them.")
    private String id = "";

    @Option(
            names = "--why",
            paramLabel = "TEXT",
            defaultValue = "by the command line",
            description = "The reason, for a person.")
    private String why = "";

    RunsCancelCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(StoredData data, Terminal terminal) {
        RunId named = new RunId(id);
        Run run = data.runs().find(tenant.id(), named).orElseThrow(() -> Replies.noRun(named));
        new Deed(data.audit(), surroundings, tenant.id(), "runs:cancel", "run/" + named, "runs cancel").commit(() -> {
            if (!run.cancel(why)) {
                throw new ConflictException("run " + id + " has ended already: it is " + JsonView.lower(run.state()));
            }
            return named;
        });
        if (terminal.json()) {
            Map<String, @Nullable Object> view = new LinkedHashMap<>();
            view.put("canceled", id);
            terminal.object(view);
        } else {
            terminal.say("canceled run " + id);
        }
    }
}
