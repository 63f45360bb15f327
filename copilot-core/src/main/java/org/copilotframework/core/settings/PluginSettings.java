package org.copilotframework.core.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where plugins come from: {@code copilot.plugins}. */
public final class PluginSettings {
    private final CoreValues values;

    PluginSettings(CoreValues values) {
        this.values = values;
    }

    /** {@return the watched folder} */
    public Optional<Path> dir() {
        return values.optional(CoreSettings.PLUGINS_DIR);
    }

    /** {@return which archives may be loaded} */
    public Trust trust() {
        return values.of(CoreSettings.PLUGINS_TRUST);
    }

    /** {@return whose signatures count} */
    public TruststoreSettings truststore() {
        return new TruststoreSettings(values);
    }

    /** {@return how long a plugin may take to construct and start its agents before it counts as failed} */
    public Duration startTimeout() {
        return values.of(CoreSettings.PLUGINS_START_TIMEOUT);
    }

    /** {@return how long a plugin may take to stop} */
    public Duration stopTimeout() {
        return values.of(CoreSettings.PLUGINS_STOP_TIMEOUT);
    }

    /** {@return how long calls of the old version may go on after an exchange, before they are canceled} */
    public Duration drainTimeout() {
        return values.of(CoreSettings.PLUGINS_DRAIN_TIMEOUT);
    }

    /** {@return how often the watched folder is looked at} */
    public Duration pollInterval() {
        return values.of(CoreSettings.PLUGINS_POLL_INTERVAL);
    }

    /** {@return the file that says which plugins serve on all nodes} */
    public Optional<String> manifest() {
        return values.optional(CoreSettings.PLUGINS_MANIFEST);
    }

    /** {@return how often the manifest is looked at} */
    public Duration manifestInterval() {
        return values.of(CoreSettings.PLUGINS_MANIFEST_INTERVAL);
    }

    /** {@return how many versions of a plugin are kept, so that one can roll back} */
    public int keepVersions() {
        return values.of(CoreSettings.PLUGINS_KEEP_VERSIONS);
    }

    /** {@return how many calls may wait while a plugin that cannot be loaded twice is exchanged} */
    public int waitingCalls() {
        return values.of(CoreSettings.PLUGINS_WAITING_CALLS);
    }

    /** {@return what an archive may hold} */
    public ArchiveSettings limits() {
        return new ArchiveSettings(values);
    }

    /** Which plugin archives may be loaded. */
    public enum Trust {
        /** Every archive. */
        ANY,
        /** Only archives that come with their digest. */
        DIGEST,
        /** Only archives that are signed by somebody who is trusted. */
        SIGNED
    }
}
