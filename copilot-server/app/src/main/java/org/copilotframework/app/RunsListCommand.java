package org.copilotframework.app;

import java.util.List;
import java.util.Map;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.core.RunSummary;
import org.copilotframework.core.StoredData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command(name = "list", description = "Lists the runs that are stored, the latest first.")
final class RunsListCommand extends DataCommand {
    @Mixin
    private final TenantOption tenant = new TenantOption();

    @Mixin
    private final PageOptions page = new PageOptions();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "List those in this state only: submitted, working, input_required, auth_required, completed,"
                    + " failed, canceled or rejected.")
    private @Nullable RunState state;

    RunsListCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void check() {
        page.limit();
    }

    @Override
    void run(StoredData data, Terminal terminal) {
        RunId before = page.after == null ? null : new RunId(page.after);
        List<RunSummary> runs = data.runs().list(tenant.id(), state, before, page.limit());
        if (terminal.json()) {
            Map<String, @Nullable Object> view = JsonView.list("runs", runs, JsonView::run);
            page.endPage(runs, last -> last.id().value(), view);
            terminal.object(view);
        } else if (runs.isEmpty()) {
            terminal.say("No runs" + (state == null ? "." : " are " + JsonView.lower(state) + "."));
        } else {
            terminal.table(
                    List.of("RUN", "STATE", "AGENT", "CREATED", "SESSION"),
                    runs.stream()
                            .map(run -> List.of(
                                    run.id().value(),
                                    JsonView.lower(run.state()),
                                    run.agent(),
                                    Times.shown(run.created()),
                                    run.session().map(SessionId::value).orElse("-")))
                            .toList());
            page.endPage(runs, last -> last.id().value(), terminal);
        }
    }
}
