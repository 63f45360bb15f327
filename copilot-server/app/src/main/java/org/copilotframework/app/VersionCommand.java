package org.copilotframework.app;

import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.api.ApiGeneration;
import org.jspecify.annotations.Nullable;

@picocli.CommandLine.Command(
        name = "version",
        description = "Prints the version of this program and of what it runs on.")
final class VersionCommand extends Command {
    VersionCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Terminal terminal) {
        String java = Runtime.version().toString();
        if (terminal.json()) {
            Map<String, @Nullable Object> view = new LinkedHashMap<>();
            view.put("version", version());
            view.put("apiGeneration", ApiGeneration.CURRENT);
            view.put("java", java);
            terminal.object(view);
        } else {
            terminal.say("copilot " + version() + " (API generation " + ApiGeneration.CURRENT + ", Java " + java + ")");
        }
    }

    /** From the JAR's manifest; classes that were not packed yet have none. */
    private static String version() {
        String packed = VersionCommand.class.getPackage().getImplementationVersion();
        return packed == null ? "(not packed)" : packed;
    }
}
