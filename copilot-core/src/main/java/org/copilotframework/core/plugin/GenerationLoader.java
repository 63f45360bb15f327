package org.copilotframework.core.plugin;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of one generation: the shared packages from the host, the JDK's from the platform, all else from its own
 * archive, then from the generations it depends on. Those are fixed when the loader is made, so that a later version of a
 * dependency cannot slip in below a running plugin.
 */
final class GenerationLoader extends URLClassLoader {
    /** Packages of the JDK, looked up there first: a copy of an interface packed by a plugin would not fit the JDK's. */
    private static final List<String> PLATFORM =
            List.of("java.", "javax.", "jdk.", "sun.", "com.sun.", "org.w3c.dom.", "org.xml.sax.", "org.ietf.jgss.");

    static {
        registerAsParallelCapable();
    }

    private final List<GenerationLoader> dependencies;

    GenerationLoader(List<Path> classPath, SharedClasses parent, List<GenerationLoader> dependencies) {
        super(urls(classPath), parent);
        this.dependencies = List.copyOf(dependencies);
    }

    /** The loaders it was bound to. */
    List<GenerationLoader> dependencies() {
        return dependencies;
    }

    private static URL[] urls(List<Path> classPath) {
        try {
            URL[] urls = new URL[classPath.size()];
            for (int i = 0; i < urls.length; i++) {
                urls[i] = url(classPath.get(i));
            }
            return urls;
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A private copy has a plain name mostly, which needs no escapes, and to look whether it is a folder. */
    private static URL url(Path place) throws MalformedURLException {
        String path = place.toString();
        boolean plain = path.startsWith("/") && (path.endsWith(".jar") || path.endsWith(".zip"));
        for (int i = 0; plain && i < path.length(); i++) {
            char c = path.charAt(i);
            plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '-' && c <= '9' || c == '_';
        }
        return plain ? new URL("file", "", path) : place.toUri().toURL();
    }

    @Override
    public Class<?> loadClass(String name) throws ClassNotFoundException {
        return loadClass(name, false);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (SharedClasses.isShared(name)) {
            return getParent().loadClass(name);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : find(name);
        }
    }

    private Class<?> find(String name) throws ClassNotFoundException {
        boolean platform = isPlatform(name);
        if (platform) {
            Class<?> found = orNull(getParent(), name);
            if (found != null) {
                return found;
            }
        }
        try {
            return findClass(name);
        } catch (ClassNotFoundException notOurs) {
            for (GenerationLoader dependency : dependencies) {
                Class<?> found = dependency.own(name);
                if (found != null) {
                    return found;
                }
            }
            if (platform) {
                throw notOurs;
            }
            // The platform has packages of other names too; what it lacks as well is truly not there.
            return getParent().loadClass(name);
        }
    }

    private static boolean isPlatform(String name) {
        for (String prefix : PLATFORM) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** A class of this generation or of those it depends on; what the platform has is not asked for again. */
    private @Nullable Class<?> own(String name) {
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            try {
                return findClass(name);
            } catch (ClassNotFoundException notHere) {
                return dependencies.stream()
                        .map(dependency -> dependency.own(name))
                        .filter(found -> found != null)
                        .findFirst()
                        .orElse(null);
            }
        }
    }

    private static @Nullable Class<?> orNull(ClassLoader loader, String name) {
        try {
            return loader.loadClass(name);
        } catch (ClassNotFoundException absent) {
            return null;
        }
    }

    @Override
    public @Nullable URL getResource(String name) {
        URL own = ownResource(name);
        return own != null ? own : getParent().getResource(name);
    }

    private @Nullable URL ownResource(String name) {
        URL own = findResource(name);
        for (int i = 0; own == null && i < dependencies.size(); i++) {
            own = dependencies.get(i).ownResource(name);
        }
        return own;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> found = new ArrayList<>();
        collectResources(name, found);
        found.addAll(Collections.list(getParent().getResources(name)));
        return Collections.enumeration(found);
    }

    private void collectResources(String name, List<URL> into) throws IOException {
        into.addAll(Collections.list(findResources(name)));
        for (GenerationLoader dependency : dependencies) {
            dependency.collectResources(name, into);
        }
    }

    @Override
    public String toString() {
        return "plugin loader@" + Integer.toHexString(System.identityHashCode(this));
    }
}
