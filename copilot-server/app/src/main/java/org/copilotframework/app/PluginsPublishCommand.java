package org.copilotframework.app;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.PluginPublication;
import org.copilotframework.core.StoredData;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
        name = "publish",
        description = {
            "Publishes plugins to all nodes that take theirs from the manifest which copilot.plugins.manifest names: all"
                    + " files, or none.",
            "The nodes take them up when they look at the manifest next."
        })
final class PluginsPublishCommand extends Command {
    @Parameters(arity = "0..*", paramLabel = "FILE", description = "Archives, each in place of the one of its plugin.")
    private List<Path> files = List.of();

    @Option(names = "--remove", paramLabel = "ID", description = "A plugin that shall serve no more.")
    private Set<String> removed = new LinkedHashSet<>();

    PluginsPublishCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Terminal terminal) {
        if (files.isEmpty() && removed.isEmpty()) {
            throw new InvalidRequestException("name a FILE to publish, or a plugin to --remove");
        }
        files.forEach(file -> terminal.progress("publishing " + file.getFileName()));
        Startup startup = new Startup(surroundings, terminal);
        PluginPublication done;
        try (StoredData data = startup.loading(options.home, null, false).openData()) {
            done = new Deed(data.audit(), surroundings, null, "plugins:write", target(), "plugins publish")
                    .commit(() -> startup.builder(options.home, null).publishPlugins(files, removed));
        }
        terminal.endProgress();
        if (terminal.json()) {
            terminal.object(PluginView.publication(done));
            return;
        }
        done.changes().forEach(change -> terminal.say(words(change)));
        terminal.say(
                done.changes().isEmpty()
                        ? "The manifest says so already (revision " + done.revision() + ")."
                        : "This is revision " + done.revision() + " of the manifest.");
    }

    private String target() {
        return Stream.concat(files.stream().map(Path::getFileName).map(String::valueOf), removed.stream())
                .map(one -> "plugin/" + one)
                .collect(Collectors.joining(" "));
    }

    private static String words(PluginPublication.Change change) {
        if (change.to() == null) {
            return "withdrew " + change.id() + " " + change.from();
        }
        return "published " + change.id() + " " + change.to()
                + (change.from() == null ? "" : " in place of " + change.from());
    }
}
