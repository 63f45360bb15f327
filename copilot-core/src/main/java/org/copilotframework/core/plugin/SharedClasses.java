package org.copilotframework.core.plugin;

import java.io.IOException;
import java.net.URL;
import java.util.Enumeration;
import java.util.Set;
import org.copilotframework.api.agent.Agent;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.pf4j.ExtensionPoint;
import org.slf4j.Logger;

/**
 * All that a plugin sees of its host: the JDK's platform classes, and the packages that host and plugins share. One per host,
 * the parent of every plugin's loader.
 */
final class SharedClasses extends ClassLoader {
    private static final String API = "org.copilotframework.api.";
    private static final String PF4J = "org.pf4j.";
    private static final String JSPECIFY = "org.jspecify.annotations.";

    /** By package, since bindings and bridges that a plugin may pack have packages below {@code org.slf4j} too. */
    private static final Set<String> SLF4J =
            Set.of("org.slf4j", "org.slf4j.event", "org.slf4j.helpers", "org.slf4j.spi");

    static {
        registerAsParallelCapable();
    }

    SharedClasses() {
        super("copilot-shared", ClassLoader.getPlatformClassLoader());
    }

    /** Whether the class always comes from the host, even if a plugin packs a copy. */
    static boolean isShared(String className) {
        return sharedFrom(className) != null;
    }

    private static @Nullable Class<?> sharedFrom(String className) {
        if (!className.startsWith("org.")) {
            return null;
        } else if (className.startsWith(API)) {
            return Agent.class;
        } else if (className.startsWith(PF4J)) {
            return ExtensionPoint.class;
        } else if (className.startsWith(JSPECIFY)) {
            return NullMarked.class;
        }
        int dot = className.lastIndexOf('.');
        return SLF4J.contains(className.substring(0, dot)) ? Logger.class : null;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        Class<?> anchor = sharedFrom(name);
        if (anchor == null) {
            return super.loadClass(name, resolve);
        }
        // The anchor's own loader, so that it works whatever class loaders the application is made of.
        return Class.forName(name, false, anchor.getClassLoader());
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
