package org.copilotframework.core.plugin;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.copilotframework.core.archive.PluginNeed;

/**
 * How plugins that serve, or are held, depend on each other.
 *
 * @param serving one generation of each
 */
record Units(Collection<Generation> serving) {
    Units {
        serving = List.copyOf(serving);
    }

    /** The swap unit of a plugin: itself and all that depend on it, directly or not. */
    Set<String> of(String id) {
        Set<String> unit = new TreeSet<>(Set.of(id));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Generation one : serving) {
                if (one.stored().info().needs().stream().map(PluginNeed::id).anyMatch(unit::contains)) {
                    grown |= unit.add(one.ref().id());
                }
            }
        }
        return unit;
    }
}
