package org.copilotframework.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.DataPart;
import org.copilotframework.api.message.FilePart;
import org.copilotframework.api.message.Part;
import org.copilotframework.api.message.TextPart;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.json.JsonText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(name = "ask", description = "Asks an agent and prints its reply.")
final class AskCommand extends OrchestratorCommand {
    @Mixin
    private final PluginsOption inbox = new PluginsOption();

    @Parameters(index = "0", paramLabel = "AGENT", description = "The agent's name; 'copilot agents' lists them.")
    private String agent = "";

    @Parameters(index = "1..*", paramLabel = "TEXT", description = "What to say; several words are joined by spaces.")
    private List<String> text = new ArrayList<>();

    @Option(names = "--session", paramLabel = "ID", description = "Make this part of a conversation.")
    private @Nullable String session;

    @Option(names = "--data", paramLabel = "JSON", description = "Data to say, beside or in place of a text.")
    private @Nullable String data;

    @Option(names = "--timeout", paramLabel = "TIME", description = "How long to wait at most: 500ms, 30s, 2m.")
    private @Nullable Duration timeout;

    AskCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void check() {
        request();
    }

    @Override
    void run(Orchestrator orchestrator, Terminal terminal) throws InterruptedException {
        Run run = orchestrator.forCaller(Caller.local()).submit(request());
        try (EventStream events = run.events(0)) {
            watch(events, terminal);
        }
        AgentReply reply = reply(run);
        terminal.endProgress();
        if (terminal.json()) {
            terminal.object(view(run, reply));
        } else {
            // Data beside a text says the same again, for programs; they ask with --json.
            boolean forPersons = !reply.text().isEmpty();
            reply.message().parts().stream()
                    .filter(part -> !(forPersons && part instanceof DataPart))
                    .forEach(part -> print(part, terminal));
        }
    }

    private AgentRequest request() {
        if (text.isEmpty() && data == null) {
            throw new InvalidRequestException("say something: copilot ask " + agent + " TEXT, or --data JSON");
        }
        AgentRequest.Builder request = AgentRequest.to(agent);
        if (!text.isEmpty()) {
            request.text(String.join(" ", text));
        }
        if (data != null) {
            request.data(parse(data));
        }
        if (session != null) {
            request.session(session);
        }
        if (timeout != null) {
            request.timeout(timeout);
        }
        return request.build();
    }

    private static Data parse(String json) {
        try {
            return JsonText.parse(json);
        } catch (InvalidRequestException wrong) {
            throw wrong.withMessage("--data: " + wrong.getMessage());
        }
    }

    /** Returns once the run has ended. A progress that was missed is followed by the next. */
    private static void watch(EventStream events, Terminal terminal) {
        while (events.hasNext()) {
            try {
                if (events.next().event() instanceof Event.Progress progress) {
                    Double fraction = progress.fraction();
                    String share = fraction == null ? "" : String.format("%3d%% ", Math.round(fraction * 100));
                    terminal.progress(share + progress.message());
                }
            } catch (ConflictException dropped) {
                terminal.progress("...");
            }
        }
    }

    private static AgentReply reply(Run run) throws InterruptedException {
        try {
            return run.reply().toCompletableFuture().get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof CopilotException known) {
                throw known;
            }
            throw new IllegalStateException("the run ended in an unexpected way", failed.getCause());
        }
    }

    private Map<String, @Nullable Object> view(Run run, AgentReply reply) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("agent", agent);
        view.put("run", run.id().value());
        if (session != null) {
            view.put("session", session);
        }
        view.put("text", reply.text());
        reply.message().data().ifPresent(said -> view.put("data", said));
        view.put("message", reply.message());
        return view;
    }

    private static void print(Part part, Terminal terminal) {
        if (part instanceof TextPart said) {
            terminal.quote(said.text());
        } else if (part instanceof DataPart said) {
            terminal.quote(JsonText.pretty(said.data()));
        } else if (part instanceof FilePart file) {
            terminal.say("[file " + file.name() + ", " + file.mediaType() + "; --json prints its content]");
        }
    }

    @Override
    @Nullable
    Path plugins() {
        return inbox.inbox;
    }

    @Override
    boolean given() {
        return true;
    }
}
