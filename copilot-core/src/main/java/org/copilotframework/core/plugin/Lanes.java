package org.copilotframework.core.plugin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.copilotframework.core.archive.PluginNeed;

/** Parts generations for being taken down side by side: one that hangs keeps those of its lane waiting, and no others. */
final class Lanes {
    /** Enough that hanging plugins, of which there are few, meet no others; and no more threads than that for many plugins. */
    private static final int MOST = 16;

    private Lanes() {}

    /**
     * Lanes in which those that need each other, directly or not, are together.
     *
     * @param ordered generations of different plugins, those that are needed first; so they are in each lane
     */
    static Collection<List<Generation>> of(List<Generation> ordered) {
        Map<String, Integer> families = new HashMap<>();
        for (int i = 0; i < ordered.size(); i++) {
            Generation one = ordered.get(i);
            families.put(one.ref().id(), i);
            for (PluginNeed need : one.stored().info().needs()) {
                Integer other = families.get(need.id());
                if (other != null) {
                    int joined = i;
                    families.replaceAll((id, family) -> family.equals(other) ? joined : family);
                }
            }
        }
        Map<Integer, Integer> lanes = new HashMap<>();
        Map<Integer, List<Generation>> parted = new TreeMap<>();
        for (Generation one : ordered) {
            int family = Objects.requireNonNull(families.get(one.ref().id()));
            int lane = lanes.computeIfAbsent(family, unused -> lanes.size() % MOST);
            parted.computeIfAbsent(lane, unused -> new ArrayList<>()).add(one);
        }
        return parted.values();
    }
}
