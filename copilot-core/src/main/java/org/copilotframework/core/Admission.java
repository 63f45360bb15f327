package org.copilotframework.core;

import java.time.Instant;
import java.util.Objects;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.spi.authentication.UseLimit;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who was let in.
 *
 * @param caller on whose behalf, and who acts, with roles replaced by their scopes
 * @param credential what he was recognised by, never a secret; {@code open} if nobody is asked
 * @param remote from where
 * @param expires when what he was recognised by ends; null if it does not
 * @param operator whether his scope {@code *} holds what belongs to no tenant, too: he is the operator, or good for all tenants
 * @param limit how often he may come by it; null if there is no such limit
 */
public record Admission(
        Caller caller,
        String credential,
        String remote,
        @Nullable Instant expires,
        boolean operator,
        @Nullable UseLimit limit) {
    /** Checks for null. */
    public Admission {
        Objects.requireNonNull(caller, "caller");
        Objects.requireNonNull(credential, "credential");
        Objects.requireNonNull(remote, "remote");
    }
}
