package org.copilotframework.app;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.copilotframework.core.Nodes;
import org.copilotframework.core.StoredData;

@picocli.CommandLine.Command(
        name = "nodes",
        description = "Lists the nodes on the storage, what each of them serves, and where they differ.")
final class PluginsNodesCommand extends DataCommand {
    private static final int DIGEST_SHOWN = 12;

    PluginsNodesCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(StoredData data, Terminal terminal) {
        Nodes nodes = data.nodes();
        if (terminal.json()) {
            terminal.object(PluginView.nodes(nodes));
            return;
        }
        if (nodes.all().isEmpty()) {
            terminal.say("No node has told what it serves. Nodes tell it on a storage that they share.");
            return;
        }
        terminal.table(
                List.of("NODE", "PLUGINS"),
                nodes.all().stream()
                        .map(node -> List.of(node.name(), plugins(node)))
                        .toList());
        List<List<String>> differences = new ArrayList<>();
        for (Nodes.Difference one : nodes.differences()) {
            for (Nodes.Side side : one.sides()) {
                String digest = side.digest();
                differences.add(List.of(
                        one.id(),
                        digest.isEmpty() ? "none" : side.version(),
                        digest.isEmpty() ? "-" : digest.substring(0, Math.min(DIGEST_SHOWN, digest.length())),
                        String.join(", ", side.nodes())));
            }
        }
        if (differences.isEmpty()) {
            terminal.say("\nAll nodes serve the same.");
        } else {
            terminal.say("\nThe nodes differ:");
            terminal.table(List.of("PLUGIN", "VERSION", "SHA-256", "NODES"), differences);
        }
    }

    private static String plugins(Nodes.Node node) {
        return node.plugins().isEmpty()
                ? "-"
                : node.plugins().stream()
                        .map(one -> (one.id() + " " + one.version()).stripTrailing()
                                + switch (one.state()) {
                                    case SERVING -> "";
                                    default -> " (" + JsonView.lower(one.state()) + ")";
                                })
                        .collect(Collectors.joining(", "));
    }
}
