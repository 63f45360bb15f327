package org.copilotframework.app;

import java.util.List;
import java.util.Map;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.core.SessionSummary;
import org.copilotframework.core.StoredData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command(name = "list", description = "Lists the sessions that are stored, by their ids.")
final class SessionsListCommand extends DataCommand {
    @Mixin
    private final TenantOption tenant = new TenantOption();

    @Mixin
    private final PageOptions page = new PageOptions();

    SessionsListCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void check() {
        page.limit();
    }

    @Override
    void run(StoredData data, Terminal terminal) {
        SessionId after = page.after == null ? null : new SessionId(page.after);
        List<SessionSummary> sessions = data.sessions().list(tenant.id(), after, page.limit());
        if (terminal.json()) {
            Map<String, @Nullable Object> view = JsonView.list("sessions", sessions, JsonView::session);
            page.endPage(sessions, last -> last.id().value(), view);
            terminal.object(view);
        } else if (sessions.isEmpty()) {
            terminal.say("No sessions. 'copilot ask AGENT TEXT --session ID' begins one.");
        } else {
            terminal.table(
                    List.of("SESSION", "TURNS", "CHANGED"),
                    sessions.stream()
                            .map(session -> List.of(
                                    session.id().value(),
                                    Long.toString(session.version() - session.first() + 1),
                                    Times.shown(session.changed())))
                            .toList());
            page.endPage(sessions, last -> last.id().value(), terminal);
        }
    }
}
