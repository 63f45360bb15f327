package org.copilotframework.api.spi.authentication;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.copilotframework.api.caller.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * What a new credential is to be good for.
 *
 * @param subject who will act by it
 * @param tenant on whose behalf
 * @param scopes what it grants; roles as {@code role:<name>}
 * @param expires when it ends; null if it does not
 * @param perMinute how many requests a minute are let in with it; null for no limit of its own; at least 1
 */
public record CredentialOrder(
        String subject,
        TenantId tenant,
        Set<String> scopes,
        @Nullable Instant expires,
        @Nullable Integer perMinute) {
    /** Copies. */
    public CredentialOrder {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(tenant, "tenant");
        scopes = Set.copyOf(scopes);
    }
}
