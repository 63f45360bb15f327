package org.copilotframework.core.settings;

import java.nio.file.Path;
import java.util.Optional;

/** Whose signatures of archives count: {@code copilot.plugins.truststore}. */
public final class TruststoreSettings {
    private final CoreValues values;

    TruststoreSettings(CoreValues values) {
        this.values = values;
    }

    /** {@return the file of certificates; there if {@link PluginSettings#trust()} is {@link PluginSettings.Trust#SIGNED}} */
    public Optional<Path> path() {
        return values.optional(CoreSettings.TRUSTSTORE_PATH);
    }

    /** {@return the password of that file} */
    public Optional<String> password() {
        return values.optional(CoreSettings.TRUSTSTORE_PASSWORD);
    }
}
