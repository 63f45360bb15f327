package org.copilotframework.core.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.copilotframework.core.naming.NearNames;

/**
 * Finds variables whose names begin as those of settings do, and that nobody reads. Those of plugins, and of providers that have read
 * nothing here, are known to these only, so they are told where they come very near to another.
 */
final class UnreadVariables {
    /** What the launcher and the command line read. */
    private static final Set<String> OTHERS = Set.of("COPILOT_JAVA_OPTS", "COPILOT_KEYSTORE_PASSWORD");

    private static final Pattern NAMED = Pattern.compile("COPILOT_(PLUGIN|SECRET|SECURITY_ROLES)_.+");
    private static final Pattern PROVIDER =
            Pattern.compile("COPILOT_(STORAGE|BLOBS|ENCRYPTION|SECRETS|SECURITY)_[A-Z0-9]+_.+");
    private static final Pattern ELEMENT = Pattern.compile("_[0-9]+_$");
    private static final int SLIP = 2;

    private final Set<String> known = new TreeSet<>(OTHERS);
    private final Set<String> prefixes = new TreeSet<>();

    /**
     * Begins.
     *
     * @param read the keys of those who have read theirs, by their prefix
     */
    UnreadVariables(Map<String, Set<String>> read) {
        CoreSettings.all().forEach(setting -> known.add(Problems.environment(setting.key())));
        read.forEach((prefix, keys) -> {
            prefixes.add(Problems.environment(prefix));
            keys.forEach(key -> known.add(Problems.environment(key)));
        });
    }

    /** A sentence for each. */
    List<String> in(Collection<String> names, String source) {
        List<String> unread = new ArrayList<>();
        for (String name : new TreeSet<>(names)) {
            if (name.startsWith("COPILOT_")
                    && !NAMED.matcher(name).matches()
                    && !known.contains(ELEMENT.matcher(name).replaceFirst(""))) {
                boolean owned = isOfOneWhoHasRead(name);
                boolean provider = !owned && PROVIDER.matcher(name).matches();
                List<String> near = provider ? NearNames.of(name, known, SLIP) : NearNames.of(name, known);
                // One that is like no other may be for something else than this program.
                if (owned || !near.isEmpty()) {
                    unread.add(name + " (in " + source + ") is read by nobody"
                            + (near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?"));
                }
            }
        }
        return unread;
    }

    private boolean isOfOneWhoHasRead(String name) {
        return prefixes.stream().anyMatch(name::startsWith);
    }
}
