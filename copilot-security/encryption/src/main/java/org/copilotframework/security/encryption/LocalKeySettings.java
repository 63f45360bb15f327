package org.copilotframework.security.encryption;

import java.util.Optional;

/**
 * Settings below {@code copilot.encryption.local}.
 *
 * @param secretKey the secret that keys are wrapped by; in the environment {@code SECRET_KEY}
 * @param secretKeyPrevious the secret before it, which only unwraps; in the environment {@code SECRET_KEY_PREVIOUS}
 */
record LocalKeySettings(Optional<String> secretKey, Optional<String> secretKeyPrevious) {
    @Override
    public String toString() {
        return "LocalKeySettings[" + (secretKey.isPresent() ? "with" : "without") + " a secret, "
                + (secretKeyPrevious.isPresent() ? "with" : "without") + " the one before]";
    }
}
