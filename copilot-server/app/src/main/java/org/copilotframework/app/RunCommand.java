package org.copilotframework.app;

import java.time.Instant;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.core.Access;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.Plugins;
import org.copilotframework.server.http.HttpServer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command(
        name = "run",
        description = {
            "Serves the agents over HTTP until Ctrl-C or SIGTERM, and shows what happens to the plugins.",
            "With --json it prints an object for each thing that happens, one on a line."
        })
final class RunCommand extends OrchestratorCommand {
    /** How soon it is seen that what drains is gone. */
    private static final long SOON_MILLIS = 200;
    /** How soon anything is seen of which nobody tells, such as that a file is gone that held no plugin. */
    private static final long LATER_MILLIS = 5_000;

    /** The example that comes with the framework. */
    private static final String HELLO = "hello";

    private static final String OPEN =
            "no API_KEY is set, or none is asked for: anybody on this machine may call agents, install plugins and read what is"
                    + " stored, and is not asked who he is. Set API_KEY to have it asked for.";

    @Mixin
    private final PluginsOption inbox = new PluginsOption();

    @Mixin
    private final ListenOptions listen = new ListenOptions();

    RunCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Orchestrator orchestrator, Terminal terminal) throws InterruptedException {
        StopSignal stop = surroundings.stop();
        stop.holdProcess();
        try (HttpServer server = listen.listen(orchestrator)) {
            serve(orchestrator, server, stop, terminal);
        }
    }

    private void serve(Orchestrator orchestrator, HttpServer server, StopSignal stop, Terminal terminal)
            throws InterruptedException {
        PluginWatch watch = new PluginWatch();
        List<PluginWatch.Change> first = watch.look(orchestrator.plugins().list());
        if (terminal.json()) {
            first.forEach(change -> print(change, terminal));
            Map<String, @Nullable Object> running = event("running");
            running.put("address", server.address().toString());
            running.put("open", orchestrator.access().open());
            running.putAll(JsonView.list("agents", orchestrator.agents().list(), JsonView::agent));
            terminal.object(running);
        } else {
            // The table shows what was loaded; only what was not is worth a line of its own.
            first.stream()
                    .filter(change -> change.plugin().state() != PluginState.SERVING)
                    .forEach(change -> print(change, terminal));
            AgentsCommand.print(orchestrator.agents().list(), terminal);
            sayHow(orchestrator, server, terminal);
            if (orchestrator.access().open()) {
                terminal.warn(OPEN);
            }
            terminal.say("\nRunning. Ctrl-C drains and stops.");
        }
        try (Plugins.Subscription unused = orchestrator.plugins().onChange(status -> stop.wake())) {
            do {
                watch.look(orchestrator.plugins().list()).forEach(change -> print(change, terminal));
            } while (!stop.await(watch.drains() ? SOON_MILLIS : LATER_MILLIS));
        }
        if (terminal.json()) {
            terminal.object(event("draining"));
        } else {
            terminal.say("Draining.");
        }
    }

    /** The first thing to try; a token or a key belongs to it where somebody is asked who he is. */
    private static void sayHow(Orchestrator orchestrator, HttpServer server, Terminal terminal) {
        terminal.say("\nListening on " + server.address() + "; " + server.address() + "/docs shows what can be asked.");
        terminal.hint("Try");
        terminal.command("curl " + server.address() + "/v1/agents/" + firstAgent(orchestrator) + ":invoke"
                + credential(orchestrator.access())
                + " -H 'Content-Type: application/json' -d '{\"text\": \"world\"}'");
    }

    /** One that needs no settings of its own, if it is there. */
    private static String firstAgent(Orchestrator orchestrator) {
        List<String> names = orchestrator.agents().list().stream()
                .map(entry -> entry.agent().name())
                .toList();
        return names.contains(HELLO) ? HELLO : names.stream().findFirst().orElse("AGENT");
    }

    private static String credential(Access access) {
        if (access.open()) {
            return "";
        }
        boolean byToken = access.challenges().stream().findFirst().orElse("").startsWith("Bearer");
        return byToken ? " -H 'Authorization: Bearer ...'" : " -H 'X-API-KEY: ...'";
    }

    private static void print(PluginWatch.Change change, Terminal terminal) {
        PluginStatus plugin = change.plugin();
        if (terminal.json()) {
            Map<String, @Nullable Object> view = event(change.kind());
            view.put("plugin", PluginView.plugin(plugin));
            terminal.object(view);
        } else {
            String version = (change.before() == null ? "" : change.before() + " -> ") + plugin.version();
            boolean gone = change.kind().equals(PluginWatch.REMOVED);
            String reason = gone || plugin.reason().isEmpty() ? "" : ": " + plugin.reason();
            String agents = gone || plugin.agents().isEmpty() ? "" : " (" + String.join(", ", plugin.agents()) + ")";
            String time = LocalTime.now().truncatedTo(ChronoUnit.SECONDS).format(DateTimeFormatter.ISO_LOCAL_TIME);
            terminal.say(time + " " + change.kind() + " " + plugin.id() + " " + version + agents + reason);
        }
    }

    private static Map<String, @Nullable Object> event(String kind) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("time", Instant.now().toString());
        view.put("event", kind);
        return view;
    }

    /** A person at a terminal reads what happens on standard output; who keeps the log wants all of it there. */
    @Override
    boolean verbose() {
        return !surroundings.errIsTerminal();
    }

    @Override
    PluginsOption inbox() {
        return inbox;
    }

    @Override
    boolean data() {
        return true;
    }

    @Override
    boolean serves() {
        return true;
    }
}
