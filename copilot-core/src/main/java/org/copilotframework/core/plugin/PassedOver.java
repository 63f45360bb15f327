package org.copilotframework.core.plugin;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of archives that lie in the watched folder in vain, once for each change of them. */
final class PassedOver {
    private static final Logger log = LoggerFactory.getLogger(PassedOver.class);

    private final Candidates candidates;
    private final Map<String, List<String>> told = new ConcurrentHashMap<>();

    PassedOver(Candidates candidates) {
        this.candidates = candidates;
    }

    /** Tells of those that lie beside the one that serves. Called by whoever has the plugin to itself. */
    void tell(Candidate served) {
        List<Candidate> others = candidates.passedOver(served);
        if (others.isEmpty()) {
            told.remove(served.id());
            return;
        }
        List<String> now = others.stream()
                .map(one -> version(one) + " in " + one.origin() + " is passed over for " + version(served) + " in "
                        + served.origin())
                .toList();
        List<String> before = told.put(served.id(), now);
        now.stream()
                .filter(words -> before == null || !before.contains(words))
                .forEach(words -> log.warn("Plugin {}: {}; delete one of the two", served.id(), words));
    }

    /** Nothing serves any more. */
    void forget(String id) {
        told.remove(id);
    }

    private static String version(Candidate one) {
        return one.stored().info().ref().version();
    }
}
