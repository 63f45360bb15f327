package org.copilotframework.core;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The operations on plugins. Safe for use by several threads: operations on different plugins run side by side, those on one plugin
 * one after the other. Where one changes what another was about to bind a plugin to, the other starts that plugin anew.
 *
 * <p>An operation that changes what serves loads and starts the new generation beside the old one and then moves all calls at
 * once; if the new one does not start, the old one goes on and the operation throws. A plugin whose manifest says {@code
 * Copilot-Swap: exclusive} is stopped first, while calls for it wait, and is brought back if the new one does not start.
 */
public interface Plugins {
    /**
     * Takes an archive, whatever its version, and serves it.
     *
     * @param archive a JAR or ZIP; it is copied, and may be deleted when this returns
     * @param sha256 the digest it must have, in hexadecimal; null for that of the file {@code <archive>.sha256} if there is
     *     one
     * @return what was done; the plugin serves again after a restart
     * @throws org.copilotframework.api.error.InvalidRequestException if the archive is refused or does not start, with all
     *     that is wrong
     * @throws org.copilotframework.api.error.ConflictException if another plugin has an agent of the same name, another process
     *     works with the same home, or the plugins come from a manifest
     * @throws org.copilotframework.api.error.UnavailableException if the orchestrator is closed, or its home is on a
     *     read-only file system
     */
    PluginChange install(Path archive, @Nullable String sha256);

    /**
     * Takes an archive, as {@link #install(Path, String)} without a digest.
     *
     * @param archive a JAR or ZIP
     * @return what was done
     */
    default PluginChange install(Path archive) {
        return install(archive, null);
    }

    /**
     * Loads a plugin anew from the copy that was accepted, and with it all that depends on it.
     *
     * @param id the plugin
     * @return what was done
     * @throws org.copilotframework.api.error.NotFoundException if there is no such plugin
     * @throws org.copilotframework.api.error.ConflictException if none of its archives could serve; says why
     * @throws org.copilotframework.api.error.InvalidRequestException if it does not start; the generation before goes on
     */
    PluginChange reload(String id);

    /**
     * Serves the archive that served before the present one. The present one is not taken up again from the watched folder
     * until its file changes.
     *
     * @param id the plugin
     * @return what was done
     * @throws org.copilotframework.api.error.NotFoundException if there is no such plugin
     * @throws org.copilotframework.api.error.ConflictException if there is no earlier archive, another process works with the
     *     same home, or the plugins come from a manifest
     * @throws org.copilotframework.api.error.InvalidRequestException if it does not start; the present one goes on
     * @throws org.copilotframework.api.error.UnavailableException if the orchestrator is closed, or its home is on a
     *     read-only file system
     */
    PluginChange rollback(String id);

    /**
     * Removes a plugin. Its agents are gone at once; calls that had begun end. Its file in the watched folder stays, and is
     * not taken up again until it changes.
     *
     * @param id the plugin
     * @return what was done
     * @throws org.copilotframework.api.error.NotFoundException if there is no such plugin
     * @throws org.copilotframework.api.error.ConflictException if other plugins need it; names them. Also if there is nothing
     *     to remove but a file that was refused, which stays, another process works with the same home, or the plugins come
     *     from a manifest
     * @throws org.copilotframework.api.error.InvalidRequestException if another plugin can do without it, but does not start
     *     without it; all serves on
     * @throws org.copilotframework.api.error.UnavailableException if the orchestrator is closed, or its home is on a
     *     read-only file system
     */
    PluginChange remove(String id);

    /**
     * Changes what all nodes serve that take their plugins from the manifest which {@code copilot.plugins.manifest} names: all
     * of the change, or nothing. This node takes it up like the others, when it looks at the manifest next.
     *
     * @param archives JARs or ZIPs, each to serve in place of what the manifest names of its plugin, whatever the versions; a
     *     digest in the file {@code <archive>.sha256} is compared
     * @param withdrawn the ids of plugins that shall serve no more
     * @return what the manifest says anew
     * @throws org.copilotframework.api.error.InvalidRequestException if there is no such setting, or an archive is refused, with
     *     all that is wrong
     * @throws org.copilotframework.api.error.NotFoundException if a plugin that is to be withdrawn is not published
     * @throws org.copilotframework.api.error.UnavailableException if the store of files fails; the change may have been made
     *     then, and to publish again does no harm
     */
    PluginPublication publish(List<Path> archives, Set<String> withdrawn);

    /**
     * All plugins, also failed ones and generations that are draining.
     *
     * @return the plugins in the order of their ids, at this moment
     */
    List<PluginStatus> list();

    /**
     * Whether another process had this home first. That one changes what is installed there; {@link #list} tells how the plugins
     * are in this process, and {@link #reload} reaches no other.
     *
     * @return always the same
     */
    boolean anotherHasTheHome();

    /**
     * Looks at an archive as {@link #install(Path)} would, without taking it or running any of its code.
     *
     * @param archive a JAR or ZIP; a digest in the file {@code <archive>.sha256} is compared; that, or a signature, is asked for
     *     where {@code copilot.plugins.trust} says so
     * @return what is known of it
     * @throws org.copilotframework.api.error.InvalidRequestException if it would be refused, with all that is wrong
     */
    PluginCheck verify(Path archive);

    /**
     * Generations that were unloaded and whose classes are still in memory.
     *
     * @return those that were not collected yet; empty again some time after a garbage collection if nothing holds them
     */
    List<UncollectedPlugin> uncollected();

    /**
     * Tells of each generation that begins to serve, is held, begins to drain or fails. One that was removed is told as
     * draining and not again.
     *
     * @param listener called in order on a thread of the plugin host; must not block: one that is 10,000 changes behind misses
     *     those that follow; what it throws is logged
     * @return ends the telling
     */
    Subscription onChange(Consumer<PluginStatus> listener);

    /** Ends a listener's calls. */
    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
