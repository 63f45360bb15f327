package org.copilotframework.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes on one storage serve, as each told last. A node that has ended without a word is still there for about a minute.
 *
 * @param all the nodes, by name
 */
public record Nodes(List<Node> all) {
    /** Copies and sorts. */
    public Nodes {
        all = all.stream().sorted(Comparator.comparing(Node::name)).toList();
    }

    /**
     * One node.
     *
     * @param name its name
     * @param plugins its plugins, by id
     */
    public record Node(String name, List<Plugin> plugins) {
        /** Copies. */
        public Node {
            plugins = List.copyOf(plugins);
        }

        @Nullable
        Plugin find(String id) {
            return plugins.stream()
                    .filter(one -> one.id().equals(id))
                    .findFirst()
                    .orElse(null);
        }
    }

    /**
     * A plugin on a node.
     *
     * @param id its id
     * @param version its version; empty if its archive tells none
     * @param digest the SHA-256 of its archive; empty if it could not be read
     * @param state its state there
     */
    public record Plugin(String id, String version, String digest, PluginState state) {
        /** Whether it serves; one that is held while it is exchanged does. */
        boolean serves() {
            return state == PluginState.SERVING || state == PluginState.HELD;
        }
    }

    /**
     * A plugin of which not all nodes serve the same archive.
     *
     * @param id the plugin
     * @param sides the archives, that of most nodes first; last, if there are any, the nodes that serve none
     */
    public record Difference(String id, List<Side> sides) {
        /** Copies. */
        public Difference {
            sides = List.copyOf(sides);
        }
    }

    /**
     * Nodes that serve the same archive of a plugin.
     *
     * @param version its version; empty if these nodes serve none
     * @param digest the SHA-256 of the archive; empty if these nodes serve none
     * @param nodes the names of the nodes, in order
     */
    public record Side(String version, String digest, List<String> nodes) {
        /** Copies. */
        public Side {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * Where the nodes differ. A node where a plugin is still starting is not counted for that plugin.
     *
     * @return one for each plugin of which not all serve the same archive, by id
     */
    public List<Difference> differences() {
        TreeSet<String> ids = new TreeSet<>();
        all.forEach(node -> node.plugins().forEach(plugin -> ids.add(plugin.id())));
        List<Difference> found = new ArrayList<>();
        for (String id : ids) {
            List<Side> sides = sides(id);
            if (sides.size() > 1) {
                found.add(new Difference(id, sides));
            }
        }
        return found;
    }

    private List<Side> sides(String id) {
        Map<String, List<String>> nodes = new TreeMap<>();
        Map<String, String> versions = new TreeMap<>();
        for (Node node : all) {
            Plugin plugin = node.find(id);
            if (plugin == null || plugin.state() != PluginState.STARTING) {
                boolean serves = plugin != null && plugin.serves();
                String digest = plugin != null && serves ? plugin.digest() : "";
                versions.put(digest, plugin != null && serves ? plugin.version() : "");
                nodes.computeIfAbsent(digest, unused -> new ArrayList<>()).add(node.name());
            }
        }
        return nodes.entrySet().stream()
                .map(one -> new Side(versions.getOrDefault(one.getKey(), ""), one.getKey(), one.getValue()))
                .sorted(Comparator.comparing((Side side) -> side.digest().isEmpty())
                        .thenComparing(side -> -side.nodes().size())
                        .thenComparing(Side::version)
                        .thenComparing(Side::digest))
                .toList();
    }
}
