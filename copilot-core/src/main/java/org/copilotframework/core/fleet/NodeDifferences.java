package org.copilotframework.core.fleet;

import java.util.List;
import org.copilotframework.core.Nodes;

/** Where another node differs from this one, in words. */
final class NodeDifferences {
    private NodeDifferences() {}

    /** One sentence for each plugin of which the other node does not serve the same archive. */
    static List<String> between(List<Nodes.Plugin> serves, Nodes.Node other) {
        Nodes both = new Nodes(List.of(new Nodes.Node("", serves), other));
        return both.differences().stream()
                .map(one -> {
                    Nodes.Side here = side(one, "");
                    Nodes.Side there = side(one, other.name());
                    return "node " + other.name() + " serves " + what(one.id(), there, here) + " where this one serves "
                            + what(one.id(), here, there);
                })
                .toList();
    }

    private static Nodes.Side side(Nodes.Difference difference, String node) {
        return difference.sides().stream()
                .filter(side -> side.nodes().contains(node))
                .findFirst()
                .orElseThrow();
    }

    private static String what(String id, Nodes.Side side, Nodes.Side other) {
        if (side.digest().isEmpty()) {
            return "no " + id;
        }
        String archive = side.version().equals(other.version())
                ? " (" + side.digest().substring(0, Math.min(12, side.digest().length())) + ")"
                : "";
        return id + " " + side.version() + archive;
    }
}
