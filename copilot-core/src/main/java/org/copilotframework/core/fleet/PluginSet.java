package org.copilotframework.core.fleet;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.copilotframework.api.plugin.PluginRef;

/**
 * The plugins that all nodes shall serve.
 *
 * @param revision how often it was changed; so no two manifests of one name are ever the same
 * @param plugins by id
 */
public record PluginSet(long revision, SortedMap<String, Entry> plugins) {
    /** What a manifest says that is not there yet. */
    static final PluginSet NONE = new PluginSet(0, new TreeMap<>());

    /** Copies the map. */
    public PluginSet {
        plugins = Collections.unmodifiableSortedMap(new TreeMap<>(plugins));
    }

    /**
     * One plugin.
     *
     * @param id its id
     * @param version its version
     * @param digest the SHA-256 of its archive in lower-case hexadecimal
     * @param size the size of its archive in bytes
     * @param archive the name of its archive in the store of files
     */
    public record Entry(String id, String version, String digest, long size, String archive) {
        /**
         * Which plugin.
         *
         * @return id and version
         */
        public PluginRef ref() {
            return new PluginRef(id, version);
        }
    }
}
