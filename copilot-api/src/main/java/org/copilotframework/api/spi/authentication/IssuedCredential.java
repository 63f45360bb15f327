package org.copilotframework.api.spi.authentication;

import java.util.Objects;

/**
 * A credential with its secret, told once.
 *
 * @param credential what is known of it from now on
 * @param secret the whole text that a client sends
 */
public record IssuedCredential(Credential credential, String secret) {
    /** Checks for null. */
    public IssuedCredential {
        Objects.requireNonNull(credential, "credential");
        Objects.requireNonNull(secret, "secret");
    }

    /** {@return the credential without its secret} */
    @Override
    public String toString() {
        return "IssuedCredential[" + credential.id() + "]";
    }
}
