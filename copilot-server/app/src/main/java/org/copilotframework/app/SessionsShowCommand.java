package org.copilotframework.app;

import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.Turn;
import org.copilotframework.core.SessionSummary;
import org.copilotframework.core.StoredData;
import org.copilotframework.core.json.JsonText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(name = "show", description = "Shows a conversation: its latest turns and its state.")
final class SessionsShowCommand extends DataCommand {
    private static final int MOST = 1_000;

    @Mixin
    private final TenantOption tenant = new TenantOption();

    @Parameters(paramLabel = "ID", description = "The session's id; 'copilot sessions list' shows them.")
    private String id = "";

    @Option(
            names = "--turns",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many turns to show, from 1 to 1000 (default: 20).")
    private int turns;

    @Option(names = "--before", paramLabel = "VERSION", description = "Show the turns before this one.")
    private @Nullable Long before;

    SessionsShowCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void check() {
        if (turns < 1 || turns > MOST) {
            throw new InvalidRequestException("--turns: from 1 to " + MOST + ", not " + turns);
        }
    }

    @Override
    void run(StoredData data, Terminal terminal) {
        SessionId session = new SessionId(id);
        SessionSummary summary = data.sessions()
                .find(tenant.id(), session)
                .orElseThrow(() -> NotFoundException.named("session", id, List.of()));
        Map<String, Data> state = data.sessions().state(tenant.id(), session);
        long upTo = before == null ? Long.MAX_VALUE : before - 1;
        List<Turn> shown = data.sessions().turns(tenant.id(), session, upTo, turns);
        if (terminal.json()) {
            Map<String, @Nullable Object> view = JsonView.session(summary);
            view.put("state", state);
            view.putAll(JsonView.list("turns", shown, JsonView::turn));
            terminal.object(view);
            return;
        }
        shown.forEach(turn -> print(turn, terminal));
        state.forEach((key, value) -> terminal.say("state " + key + " = " + JsonText.write(value)));
        if (!shown.isEmpty() && shown.get(0).version() > summary.first()) {
            terminal.say("There are earlier turns: --before " + shown.get(0).version());
        }
    }

    private static void print(Turn turn, Terminal terminal) {
        terminal.heading(turn.version() + "  " + Times.shown(turn.time()) + "  " + turn.agent());
        Replies.print("> ", turn.request(), terminal);
        Replies.print("", turn.reply(), terminal);
        terminal.say("");
    }
}
