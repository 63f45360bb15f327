package org.copilotframework.core.settings;

import java.time.Duration;
import java.util.Optional;

/** What nodes tell each other: {@code copilot.node}. */
public final class NodeSettings {
    private final CoreValues values;

    NodeSettings(CoreValues values) {
        this.values = values;
    }

    /** {@return what this node is called} */
    public Optional<String> name() {
        return values.optional(CoreSettings.NODE_NAME);
    }

    /** {@return how often it looks what the others serve} */
    public Duration reportInterval() {
        return values.of(CoreSettings.NODE_REPORT_INTERVAL);
    }
}
