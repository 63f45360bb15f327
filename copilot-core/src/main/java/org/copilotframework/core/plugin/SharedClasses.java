package org.copilotframework.core.plugin;

import java.io.IOException;
import java.net.URL;
import java.util.Enumeration;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.core.archive.SharedPackages;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.pf4j.ExtensionPoint;
import org.slf4j.Logger;

/**
 * All that a plugin sees of its host: the JDK's platform classes, and the packages that host and plugins share. One per host,
 * the parent of every plugin's loader.
 */
final class SharedClasses extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    SharedClasses() {
        super("copilot-shared", ClassLoader.getPlatformClassLoader());
    }

    /** Whether the class always comes from the host, even if a plugin packs a copy. */
    static boolean isShared(String className) {
        return SharedPackages.artifact(className) != null;
    }

    /** A class whose own loader has this artifact, whatever class loaders the application is made of. */
    private static Class<?> anchor(String artifact) {
        return switch (artifact) {
            case SharedPackages.API -> Agent.class;
            case SharedPackages.PF4J -> ExtensionPoint.class;
            case SharedPackages.JSPECIFY -> NullMarked.class;
            case SharedPackages.SLF4J -> Logger.class;
            default -> throw new IllegalStateException("nothing is known of " + artifact);
        };
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        String artifact = SharedPackages.artifact(name);
        return artifact == null
                ? super.loadClass(name, resolve)
                : Class.forName(name, false, anchor(artifact).getClassLoader());
    }

    @Override
    public @Nullable URL getResource(String name) {
        return ClassLoader.getPlatformClassLoader().getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return ClassLoader.getPlatformClassLoader().getResources(name);
    }
}
