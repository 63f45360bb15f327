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
    AeadSettings {
        if (keyCheck.isNegative() || keyCheck.isZero() || keyLife.compareTo(keyCheck) < 0) {
            throw new InvalidRequestException("key-check must be above zero and not longer than key-life");
        }
    }
}
