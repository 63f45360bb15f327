package org.copilotframework.security.encryption;

import java.time.Duration;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * Settings below {@code copilot.encryption.aead}.
 *
 * @param keyCheck how long a tenant's key is used before it is looked whether it still lies in its place: so long another node may
 *     use the key of a tenant that was erased
 * @param keyLife how long a tenant's key is used after the wrapper gave it: so long at most, and half of it at least, the wrapper
 *     may be down before that tenant's data cannot be read
 */
record AeadSettings(
        @Default("1m") Duration keyCheck, @Default("1h") Duration keyLife) {
    private static final Duration LONGEST = Duration.ofDays(365);

    AeadSettings {
        if (keyCheck.isNegative() || keyCheck.isZero()) {
            throw new InvalidRequestException("key-check must be above zero");
        } else if (keyLife.compareTo(LONGEST) > 0) {
            throw new InvalidRequestException("key-life must not be longer than " + LONGEST.toDays() + " days");
        } else if (keyCheck.compareTo(keyLife) > 0 || keyLife.compareTo(keyCheck.multipliedBy(2)) < 0) {
            // The wrapper is asked anew at the first look after half of a life: there must be one before its end.
            throw new InvalidRequestException("key-life must be at least twice as long as key-check");
        }
    }
}
