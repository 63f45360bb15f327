package org.copilotframework.app;

import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.api.run.RunId;
import org.copilotframework.core.StoredData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
        name = "delete",
        description = "Deletes a run with its steps and events. Where it is at work, its reply is lost.")
final class RunsDeleteCommand extends DataCommand {
    @Mixin
    private final TenantOption tenant = new TenantOption();

    @Parameters(paramLabel = "ID", description = "The run's id; 'copilot runs list' shows them.")
    private String id = "";

    RunsDeleteCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(StoredData data, Terminal terminal) {
        RunId named = new RunId(id);
        new Deed(data.audit(), surroundings, tenant.id(), "runs:delete", "run/" + named, "runs delete").commit(() -> {
            if (!data.runs().delete(tenant.id(), named)) {
                throw Replies.noRun(named);
            }
            return named;
        });
        if (terminal.json()) {
            Map<String, @Nullable Object> view = new LinkedHashMap<>();
            view.put("deleted", id);
            terminal.object(view);
        } else {
            terminal.say("deleted run " + id);
        }
    }
}
