package org.copilotframework.core.plugin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.PluginNeed;

/**
 * The order in which plugins are started: those that are needed before those that need them, by id where that leaves a choice.
 *
 * @param ordered those that can be started
 * @param circles those that need each other in a circle, each with the ids in its circle; who only needs one of them is not
 *     among them
 * @param <T> what stands for a plugin
 */
record NeedsOrder<T>(List<T> ordered, Map<T, Set<String>> circles) {
    static <T> NeedsOrder<T> of(Collection<T> plugins, Function<T, ArchiveInfo> info) {
        Map<String, T> rest = new TreeMap<>();
        Map<String, Set<String>> needs = new HashMap<>();
        for (T one : plugins) {
            rest.put(info.apply(one).ref().id(), one);
        }
        for (Map.Entry<String, T> one : rest.entrySet()) {
            needs.put(one.getKey(), needed(info.apply(one.getValue()), rest.keySet()));
        }
        List<T> ordered = new ArrayList<>();
        Map<T, Set<String>> circles = new HashMap<>();
        while (!rest.isEmpty()) {
            List<String> free = new ArrayList<>();
            for (String id : rest.keySet()) {
                if (!anyOf(needs.getOrDefault(id, Set.of()), rest)) {
                    free.add(id);
                }
            }
            if (free.isEmpty()) {
                // Only now, since it costs more: most hosts never have a circle.
                Map<T, Set<String>> found = circles(rest, needs);
                circles.putAll(found);
                rest.values().removeAll(found.keySet());
            }
            for (String id : free) {
                ordered.add(rest.remove(id));
            }
        }
        return new NeedsOrder<>(ordered, circles);
    }

    /** Why a plugin of this circle does not start. */
    static FailedStart inCircle(Set<String> circle) {
        return new FailedStart("plugins " + circle
                + " need each other in a circle; take one need out of a manifest's Plugin-Dependencies");
    }

    /** All in order, where none may be in a circle. */
    List<T> orFail() {
        circles.values().stream().findFirst().ifPresent(circle -> {
            throw inCircle(circle);
        });
        return ordered;
    }

    private static boolean anyOf(Set<String> needed, Map<String, ?> rest) {
        for (String id : needed) {
            if (rest.containsKey(id)) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> needed(ArchiveInfo info, Set<String> among) {
        if (info.needs().isEmpty()) {
            return Set.of(); // As most do.
        }
        Set<String> needed = new TreeSet<>();
        for (PluginNeed need : info.needs()) {
            if (among.contains(need.id()) && !need.id().equals(info.ref().id())) {
                needed.add(need.id());
            }
        }
        return needed;
    }

    private static <T> Map<T, Set<String>> circles(Map<String, T> rest, Map<String, Set<String>> needs) {
        Map<String, Set<String>> reached = new HashMap<>();
        rest.keySet().forEach(id -> reached.put(id, reachedFrom(id, needs)));
        Map<T, Set<String>> circles = new HashMap<>();
        rest.forEach((id, one) -> {
            Set<String> circle = new TreeSet<>(reached.getOrDefault(id, Set.of()));
            circle.removeIf(other -> !reached.getOrDefault(other, Set.of()).contains(id));
            if (!circle.isEmpty()) {
                circles.put(one, circle);
            }
        });
        return circles;
    }

    private static Set<String> reachedFrom(String id, Map<String, Set<String>> needs) {
        Set<String> reached = new HashSet<>();
        List<String> next = new ArrayList<>(List.of(id));
        while (!next.isEmpty()) {
            for (String needed : needs.getOrDefault(next.remove(next.size() - 1), Set.of())) {
                if (reached.add(needed)) {
                    next.add(needed);
                }
            }
        }
        return reached;
    }
}
