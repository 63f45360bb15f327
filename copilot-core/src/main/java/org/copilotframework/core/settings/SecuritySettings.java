package org.copilotframework.core.settings;

import java.util.Optional;

/** Who is let in over a network. */
public final class SecuritySettings {
    /** Whether the authenticators speak of the same subjects. */
    public enum Subjects {
        /** One subject is one person, whoever recognises him. */
        SHARED,
        /** A subject is that of its authenticator. */
        APART
    }

    private final CoreValues values;

    SecuritySettings(CoreValues values) {
        this.values = values;
    }

    /** {@return the names of those who recognise callers, with commas; {@code none} for nobody; empty if it is not said} */
    public Optional<String> authenticators() {
        return values.optional(CoreSettings.SECURITY_AUTHENTICATORS);
    }

    /** {@return whether the authenticators speak of the same subjects} */
    public Subjects subjects() {
        return values.of(CoreSettings.SECURITY_SUBJECTS);
    }

    /** {@return how many credentials that are not valid an address may send in a minute; 0 for no limit} */
    public int failedAttempts() {
        return values.of(CoreSettings.SECURITY_FAILED_ATTEMPTS);
    }
}
