package org.copilotframework.storage.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/** An archive in a host's folder of plugins, whose providers are declared there only, as long as this is open. */
public final class DroppedArchive implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private final ClassLoader before = thread.getContextClassLoader();
    private final Path plugins;

    DroppedArchive(Path plugins, List<String> providers) {
        this.plugins = plugins;
        thread.setContextClassLoader(new WithoutProviders(before, providers));
    }

    /**
     * The folder that the archive lies in.
     *
     * @return for the host, which finds nothing else in it
     */
    public Path plugins() {
        return plugins;
    }

    @Override
    public void close() {
        thread.setContextClassLoader(before);
    }

    /** The class path without the declarations of the archive's providers. */
    private static final class WithoutProviders extends ClassLoader {
        private final List<String> providers;

        WithoutProviders(ClassLoader parent, List<String> providers) {
            super(parent);
            this.providers = providers;
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            List<URL> shown = new ArrayList<>();
            for (URL found : Collections.list(super.getResources(name))) {
                if (!name.startsWith("META-INF/services/") || !declares(found)) {
                    shown.add(found);
                }
            }
            return Collections.enumeration(shown);
        }

        private boolean declares(URL services) throws IOException {
            try (InputStream in = services.openStream()) {
                return new String(in.readAllBytes(), UTF_8)
                        .lines()
                        .map(String::strip)
                        .anyMatch(providers::contains);
            }
        }
    }
}
