package org.copilotframework.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.core.DeletedSession;
import org.copilotframework.core.StoredData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
        name = "delete",
        description = "Deletes a session with all its turns, its state and its runs.")
final class SessionsDeleteCommand extends DataCommand {
    @Mixin
    private final TenantOption tenant = new TenantOption();

    @Parameters(paramLabel = "ID", description = "The session's id; 'copilot sessions list' shows them.")
    private String id = "";

    SessionsDeleteCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(StoredData data, Terminal terminal) {
        SessionId session = new SessionId(id);
        Deed deed = new Deed(
                data.audit(), surroundings, tenant.id(), "sessions:delete", "session/" + id, "sessions delete");
        DeletedSession deleted = deed.commit(() -> deleted(data, session));
        if (terminal.json()) {
            Map<String, @Nullable Object> view = new LinkedHashMap<>();
            view.put("deleted", id);
            view.put("runs", deleted.runs());
            terminal.object(view);
        } else {
            terminal.say("deleted session " + id + " and its runs: " + deleted.runs());
        }
    }

    private DeletedSession deleted(StoredData data, SessionId session) {
        DeletedSession deleted = data.sessions().delete(tenant.id(), session);
        if (!deleted.found() && deleted.runs() == 0) {
            throw NotFoundException.named("session", id, List.of());
        }
        return deleted;
    }
}
