package org.copilotframework.core.plugin;

import java.time.Duration;

/**
 * The bounds of a plugin host.
 *
 * @param startTimeout how long a generation may take from its first class to the end of {@code start()}
 * @param patience how long the start of the host waits for the start of one plugin
 * @param stopTimeout how long {@code stop()} may take, and how long revoked calls may take to end
 * @param drainTimeout how long the calls of a replaced generation may go on
 * @param pollInterval how often the watched folder is looked at
 * @param manifestInterval how often the manifest is looked at
 * @param keepVersions how many archives of a plugin are kept for a rollback
 * @param waitingCalls how many calls may wait while a plugin is exchanged exclusively
 * @param startThreads how many plugins are started side by side
 */
public record PluginHostOptions(
        Duration startTimeout,
        Duration patience,
        Duration stopTimeout,
        Duration drainTimeout,
        Duration pollInterval,
        Duration manifestInterval,
        int keepVersions,
        int waitingCalls,
        int startThreads) {}
