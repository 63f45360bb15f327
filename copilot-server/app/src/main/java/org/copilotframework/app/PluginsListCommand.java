package org.copilotframework.app;

import java.util.List;
import java.util.Map;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginStatus;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command(name = "list", description = "Lists the plugins and how they are.")
final class PluginsListCommand extends OrchestratorCommand {
    private static final int DIGEST_SHOWN = 12;

    @Mixin
    private final PluginsOption inbox = new PluginsOption();

    PluginsListCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Orchestrator orchestrator, Terminal terminal) {
        List<PluginStatus> plugins = orchestrator.plugins().list();
        boolean beside = orchestrator.plugins().anotherHasTheHome();
        if (beside) {
            terminal.warn(
                    "another process works with this copilot.home; this list is of the plugins as this command loads"
                            + " them, and not of how they are in that process");
        }
        if (terminal.json()) {
            Map<String, @Nullable Object> view = JsonView.list("plugins", plugins, PluginView::plugin);
            view.put("anotherHasTheHome", beside);
            terminal.object(view);
            return;
        }
        if (plugins.isEmpty()) {
            terminal.say("No plugins. Install one with 'copilot plugins install FILE'.");
            return;
        }
        terminal.table(
                List.of("PLUGIN", "KIND", "VERSION", "STATE", "SHA-256", "AGENTS"),
                plugins.stream()
                        .map(plugin -> List.of(
                                plugin.id(),
                                JsonView.lower(plugin.kind()),
                                plugin.version(),
                                JsonView.lower(plugin.state()),
                                plugin.digest()
                                        .substring(
                                                0,
                                                Math.min(
                                                        DIGEST_SHOWN,
                                                        plugin.digest().length())),
                                plugin.agents().isEmpty() ? "-" : String.join(", ", plugin.agents())))
                        .toList());
        for (PluginStatus plugin : plugins) {
            if (!plugin.reason().isEmpty()) {
                terminal.say("\n" + plugin.id() + " " + plugin.version() + ": " + plugin.reason());
            }
            plugin.warnings().forEach(warning -> terminal.warn(plugin.id() + " " + plugin.version() + ": " + warning));
        }
    }

    @Override
    PluginsOption inbox() {
        return inbox;
    }
}
