package org.copilotframework.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.server.http.HttpServer;
import org.copilotframework.server.http.HttpSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command(
        name = "check",
        description = {
            "Looks for all that 'copilot run' would be refused for as the settings are, and starts nothing.",
            "It ends as 'copilot run' would then: with status 2, or with 0 if nothing is wrong."
        })
final class ConfigCheckCommand extends Command {
    @Mixin
    private final PluginsOption inbox = new PluginsOption();

    @Mixin
    private final ListenOptions listen = new ListenOptions();

    ConfigCheckCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Terminal terminal) {
        OrchestratorBuilder builder = new Startup(surroundings, terminal).builder(options.home, inbox.inbox);
        List<String> ofFiles = new ArrayList<>();
        List<String> doubtful = new ArrayList<>();
        List<String> wrong = new ArrayList<>(builder.checkSettings(
                ListenOptions.FACE,
                HttpSettings.class,
                settings -> {
                    lookAtFiles(settings, ofFiles, doubtful);
                    return listen.over(settings).reach();
                },
                doubtful::add));
        wrong.addAll(ofFiles);
        tell(wrong, doubtful, terminal);
    }

    /** As the server takes them at its start. */
    private static void lookAtFiles(HttpSettings settings, List<String> wrong, List<String> doubtful) {
        try {
            doubtful.addAll(HttpServer.checkFiles(settings));
        } catch (InvalidRequestException refused) {
            wrong.add(String.valueOf(refused.getMessage()));
        }
    }

    private static void tell(List<String> wrong, List<String> doubtful, Terminal terminal) {
        if (!terminal.json() || !wrong.isEmpty()) {
            doubtful.forEach(terminal::warn);
        }
        if (wrong.size() == 1) {
            throw new InvalidRequestException(wrong.get(0));
        } else if (!wrong.isEmpty()) {
            throw new InvalidRequestException(wrong.size() + " things are wrong:\n  " + String.join("\n  ", wrong));
        } else if (terminal.json()) {
            Map<String, @Nullable Object> view = new LinkedHashMap<>();
            view.put("checked", true);
            if (!doubtful.isEmpty()) {
                view.put("warnings", doubtful);
            }
            terminal.object(view);
        } else {
            terminal.say(
                    "Nothing is wrong with the settings. Stores, and what they make of their own settings, were not looked at.");
        }
    }
}
