package org.copilotframework.core.provider;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.HeldCopy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An accepted archive with providers.
 *
 * @param copy its private copy
 * @param origin where it came from, as statuses tell
 * @param since when it was accepted
 */
record Offer(HeldCopy copy, String origin, Instant since) implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Offer.class);

    ArchiveInfo info() {
        return copy.stored().info();
    }

    PluginRef ref() {
        return info().ref();
    }

    PluginStatus status(PluginState state, String reason) {
        return new PluginStatus(
                ref().id(),
                PluginKind.PROVIDER,
                ref().version(),
                info().digest(),
                state,
                List.of(),
                reason,
                origin,
                since,
                info().warnings());
    }

    /** Lets the copy be deleted. */
    @Override
    public void close() {
        try {
            copy.close();
        } catch (IOException e) {
            log.warn("The copy of provider {} could not be released: {}", ref(), e.toString());
        }
    }
}
