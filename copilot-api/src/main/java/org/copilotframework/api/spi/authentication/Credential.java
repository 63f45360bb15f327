package org.copilotframework.api.spi.authentication;

import java.time.Instant;
import java.util.Objects;

/**
 * What is known of a credential: everything but its secret.
 *
 * @param id its public part
 * @param order what it is good for
 * @param created when it was made
 * @param rotated when it got its present secret
 */
public record Credential(String id, CredentialOrder order, Instant created, Instant rotated) {
    /** Checks for null. */
    public Credential {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(order, "order");
        Objects.requireNonNull(created, "created");
        Objects.requireNonNull(rotated, "rotated");
    }
}
