package org.copilotframework.app;

import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.server.http.HttpSettings;
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
        List<String> wrong = builder.checkSettings(
                ListenOptions.FACE,
                HttpSettings.class,
                settings -> listen.over(settings).reach());
        if (wrong.size() == 1) {
            throw new InvalidRequestException(wrong.get(0));
        } else if (!wrong.isEmpty()) {
            throw new InvalidRequestException(wrong.size() + " things are wrong:\n  " + String.join("\n  ", wrong));
        } else if (terminal.json()) {
            terminal.object(Map.of("checked", true));
        } else {
            terminal.say(
                    "Nothing is wrong with the settings. Stores, and what they make of their own settings, were not looked at.");
        }
    }
}
