package org.copilotframework.core.plugin;

import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.StoredPlugin;
import org.pf4j.AbstractExtensionFinder;
import org.pf4j.AbstractPluginManager;
import org.pf4j.DefaultExtensionFactory;
import org.pf4j.DefaultPluginDescriptor;
import org.pf4j.DefaultVersionManager;
import org.pf4j.ExtensionFactory;
import org.pf4j.ExtensionFinder;
import org.pf4j.Plugin;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginState;
import org.pf4j.PluginStatusProvider;
import org.pf4j.PluginWrapper;
import org.pf4j.VersionManager;

/**
 * PF4J, with one plugin in it, once. PF4J keys plugins by id and is not safe for several threads, so each generation
 * has a manager of its own, used by one thread at a time.
 *
 * <p>What the scan of the archive has established (descriptor, class path, extension index) is handed in, so nothing is read
 * twice, and no folder is searched, no status file written and no archive expanded here. Dependencies are bound by the loader,
 * not by PF4J, so its descriptor shows none.
 */
final class SinglePlugin extends AbstractPluginManager {
    private final StoredPlugin stored;
    private final SharedClasses shared;
    private final List<GenerationLoader> dependencies;

    SinglePlugin(StoredPlugin stored, SharedClasses shared, List<GenerationLoader> dependencies) {
        super(stored.file().getParent());
        this.stored = stored;
        this.shared = shared;
        this.dependencies = dependencies;
    }

    /** Loads the plugin; none of its classes yet. */
    PluginWrapper load() {
        if (!stored.file().toFile().exists()) {
            throw new FailedStart("its private copy " + stored.file() + " is gone; install it again");
        }
        PluginWrapper loaded = loadPluginFromPath(stored.file());
        resolvePlugins();
        return loaded;
    }

    /** There is one, and it needs no other of this manager. */
    @Override
    protected void resolvePlugins() {
        for (PluginWrapper one : unresolvedPlugins) {
            one.setPluginState(PluginState.RESOLVED);
            resolvedPlugins.add(one);
        }
        unresolvedPlugins.clear();
    }

    /** Who needs it is not of this manager, and was stopped before. */
    @Override
    public PluginState stopPlugin(String pluginId) {
        return stopPlugin(pluginId, false);
    }

    /** What it needs of the host is its API generation, which the scan has compared. */
    @Override
    protected boolean isPluginValid(PluginWrapper plugin) {
        return true;
    }

    /** The names of the classes in the plugin's extension index. */
    List<String> extensionNames() {
        return List.copyOf(getExtensionClassNames(stored.info().ref().id()));
    }

    @Override
    protected PluginDescriptorFinder createPluginDescriptorFinder() {
        return new PluginDescriptorFinder() {
            @Override
            public boolean isApplicable(Path path) {
                return true;
            }

            @Override
            public PluginDescriptor find(Path path) {
                ArchiveInfo info = stored.info();
                String type = info.pluginClass() == null ? Plugin.class.getName() : info.pluginClass();
                return new DefaultPluginDescriptor(
                        info.ref().id(), info.description(), type, info.ref().version(), "", info.provider(), "");
            }
        };
    }

    @Override
    protected PluginLoader createPluginLoader() {
        return new PluginLoader() {
            @Override
            public boolean isApplicable(Path path) {
                return true;
            }

            @Override
            public ClassLoader loadPlugin(Path path, PluginDescriptor descriptor) {
                return new GenerationLoader(stored.classPath(), shared, dependencies);
            }
        };
    }

    @Override
    protected ExtensionFinder createExtensionFinder() {
        return new AbstractExtensionFinder(this) {
            @Override
            public Map<String, Set<String>> readPluginsStorages() {
                return Map.of(
                        stored.info().ref().id(),
                        new LinkedHashSet<>(stored.info().extensions()));
            }

            @Override
            public Map<String, Set<String>> readClasspathStorages() {
                return Map.of();
            }
        };
    }

    @Override
    protected PluginFactory createPluginFactory() {
        return SinglePlugin::createPlugin;
    }

    /** As PF4J's own, but a plugin class that cannot be made is an error and not a null. */
    private static Plugin createPlugin(PluginWrapper wrapper) {
        String name = wrapper.getDescriptor().getPluginClass();
        if (name.equals(Plugin.class.getName())) {
            return new Plugin();
        }
        try {
            Class<? extends Plugin> type =
                    wrapper.getPluginClassLoader().loadClass(name).asSubclass(Plugin.class);
            return type.getConstructor().newInstance();
        } catch (InvocationTargetException thrown) {
            throw new PluginRuntimeException(thrown.getCause(), "the constructor of Plugin-Class {} threw", name);
        } catch (ReflectiveOperationException | ClassCastException wrong) {
            throw new PluginRuntimeException(
                    wrong,
                    "Plugin-Class {} must be a public class that extends org.pf4j.Plugin and has a public constructor"
                            + " without parameters",
                    name);
        }
    }

    @Override
    protected ExtensionFactory createExtensionFactory() {
        return new DefaultExtensionFactory();
    }

    @Override
    protected PluginStatusProvider createPluginStatusProvider() {
        return new PluginStatusProvider() {
            @Override
            public boolean isPluginDisabled(String pluginId) {
                return false;
            }

            @Override
            public void disablePlugin(String pluginId) {
                throw new UnsupportedOperationException("a generation is not disabled but removed");
            }

            @Override
            public void enablePlugin(String pluginId) {
                throw new UnsupportedOperationException("a generation is not enabled but loaded anew");
            }
        };
    }

    @Override
    protected PluginRepository createPluginRepository() {
        return new PluginRepository() {
            @Override
            public List<Path> getPluginPaths() {
                return List.of(stored.file());
            }

            @Override
            public boolean deletePluginPath(Path path) {
                throw new UnsupportedOperationException("private copies are deleted by their store");
            }
        };
    }

    @Override
    protected VersionManager createVersionManager() {
        return new DefaultVersionManager();
    }
}
