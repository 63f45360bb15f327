package org.copilotframework.core.archive;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which classes host and plugins share: they always come from the host, even where a plugin packs a copy. By package for slf4j,
 * since bindings and bridges that a plugin may pack have packages below {@code org.slf4j} too.
 */
public final class SharedPackages {
    /** The contract. */
    public static final String API = "copilot-api";

    /** What finds and starts extensions. */
    public static final String PF4J = "pf4j";

    /** The annotations that say what may be null. */
    public static final String JSPECIFY = "jspecify";

    /** The logging API, without its bindings. */
    public static final String SLF4J = "slf4j-api";

    private static final Set<String> SLF4J_PACKAGES =
            Set.of("org.slf4j", "org.slf4j.event", "org.slf4j.helpers", "org.slf4j.spi");

    private SharedPackages() {}

    /**
     * Which artifact gives a class to all plugins.
     *
     * @param className the full name of a class, with dots
     * @return one of the artifacts that are named here, or null if each plugin has its own
     */
    public static @Nullable String artifact(String className) {
        if (!className.startsWith("org.")) {
            return null;
        } else if (className.startsWith("org.copilotframework.api.")) {
            return API;
        } else if (className.startsWith("org.pf4j.")) {
            return PF4J;
        } else if (className.startsWith("org.jspecify.annotations.")) {
            return JSPECIFY;
        }
        return SLF4J_PACKAGES.contains(className.substring(0, className.lastIndexOf('.'))) ? SLF4J : null;
    }
}
