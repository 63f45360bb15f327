package org.copilotframework.core.plugin;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.archive.StoredPlugin;
import org.copilotframework.core.archive.Swap;
import org.copilotframework.core.plugin.Exchange.Moved;
import org.jspecify.annotations.Nullable;

/**
 * What serves of a swap unit at one moment, and of what it needs. An exchange that was planned by it may be done as long as
 * that is so.
 *
 * @param id the plugin that is to be exchanged; perhaps none serves
 * @param unit its swap unit
 * @param needed the ids of what the unit needs, be it there or not
 * @param before what serves of all these
 */
record Plan(String id, Set<String> unit, Set<String> needed, Map<String, Generation> before) {
    static Plan of(String id, @Nullable StoredPlugin wanted, Units units) {
        Set<String> unit = units.of(id);
        Set<String> needed = new TreeSet<>();
        if (wanted != null) {
            wanted.info().needs().forEach(need -> needed.add(need.id()));
        }
        for (Generation one : units.serving()) {
            if (unit.contains(one.ref().id())) {
                one.stored().info().needs().forEach(need -> needed.add(need.id()));
            }
        }
        return new Plan(id, unit, needed, found(units, unit, needed));
    }

    private static Map<String, Generation> found(Units units, Set<String> unit, Set<String> needed) {
        Map<String, Generation> found = new HashMap<>();
        for (Generation one : units.serving()) {
            if (unit.contains(one.ref().id()) || needed.contains(one.ref().id())) {
                found.put(one.ref().id(), one);
            }
        }
        return found;
    }

    /** Whether all of it is so still. */
    boolean holds(Units now) {
        return now.of(id).equals(unit) && found(now, unit, needed).equals(before);
    }

    Set<String> ids() {
        Set<String> ids = new TreeSet<>(unit);
        ids.addAll(needed);
        return ids;
    }

    /** A new generation of the plugin, and new ones of the others of its unit. */
    Map<String, Generation> with(Generation wanted) {
        Map<String, Generation> fresh = new LinkedHashMap<>();
        fresh.put(id, wanted);
        fresh.putAll(without(Set.of(id)));
        return fresh;
    }

    /** New generations of the unit's members but for some. */
    Map<String, Generation> without(Set<String> gone) {
        Map<String, Generation> fresh = new LinkedHashMap<>();
        for (String member : unit) {
            Generation served = before.get(member);
            if (served != null && !gone.contains(member)) {
                fresh.put(member, new Generation(served.stored(), served.origin()));
            }
        }
        return fresh;
    }

    /** These, and the members that cannot do without them. */
    Set<String> requiring(Set<String> gone) {
        Set<String> all = new TreeSet<>(gone);
        boolean grown = true;
        while (grown) {
            grown = false;
            for (String member : unit) {
                Generation one = before.get(member);
                if (one != null
                        && one.stored().info().needs().stream()
                                .anyMatch(need -> !need.optional() && all.contains(need.id()))) {
                    grown |= all.add(member);
                }
            }
        }
        return all;
    }

    /** Whether one of the new generations cannot be in memory together with the one before it. */
    boolean exclusive(Map<String, Generation> fresh) {
        return fresh.values().stream().anyMatch(one -> {
            Generation served = before.get(one.ref().id());
            return served != null
                    && (one.stored().info().swap() == Swap.EXCLUSIVE
                            || served.stored().info().swap() == Swap.EXCLUSIVE);
        });
    }

    Moved moved() {
        Generation served = before.get(id);
        PluginRef ref = served == null ? null : served.ref();
        return new Moved(ref, unit.stream().filter(other -> !other.equals(id)).toList());
    }
}
