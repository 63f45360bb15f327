package org.copilotframework.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.core.ShownSetting;
import org.copilotframework.server.http.HttpSettings;
import org.jspecify.annotations.Nullable;

@picocli.CommandLine.Command(
        name = "show",
        description =
                "Shows all settings that are set or have a default, and where each comes from; secrets are hidden.")
final class ConfigShowCommand extends Command {
    ConfigShowCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Terminal terminal) {
        List<ShownSetting> settings = new Startup(surroundings, terminal)
                .builder(options.home, null)
                .showSettings(ListenOptions.FACE, HttpSettings.class);
        if (terminal.json()) {
            terminal.object(JsonView.list("settings", settings, ConfigShowCommand::view));
        } else {
            terminal.table(
                    List.of("SETTING", "VALUE", "FROM"),
                    settings.stream()
                            .map(one -> List.of(one.key(), one.value(), one.source()))
                            .toList());
        }
    }

    private static Map<String, @Nullable Object> view(ShownSetting setting) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("key", setting.key());
        view.put("value", setting.value());
        view.put("hidden", setting.hidden());
        view.put("source", setting.source());
        return view;
    }
}
