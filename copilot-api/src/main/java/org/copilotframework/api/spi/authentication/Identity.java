package org.copilotframework.api.spi.authentication;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.caller.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * Who was recognised.
 *
 * @param principal who acts. Its scopes may contain {@code role:<name>}, which the host replaces by what its settings say of that
 *     role
 * @param tenant on whose behalf, unless the request asks for another tenant; null if the request has to name one
 * @param tenants the other tenants on whose behalf this principal may act; {@code *} alone for all but the host's own
 * @param credential what it was recognised by, for the audit and for limits, such as {@code apikey:k7f3}; never a secret
 * @param expires when what it was recognised by ends, so that a stream is ended then; null if it does not
 * @param operator whether it is the operator's own: then its scope {@code *} holds what belongs to no tenant, too, as it does for one
 *     that may act for all tenants
 * @param limit how often what it was recognised by may be used; null if there is no such limit
 */
public record Identity(
        Principal principal,
        @Nullable TenantId tenant,
        Set<String> tenants,
        String credential,
        @Nullable Instant expires,
        boolean operator,
        @Nullable UseLimit limit) {
    /** Checks and copies. */
    public Identity {
        Objects.requireNonNull(principal, "principal");
        tenants = Set.copyOf(tenants);
        Objects.requireNonNull(credential, "credential");
    }

    /**
     * An identity that is not the operator's own, by something that may be used as often as one likes.
     *
     * @param principal who acts
     * @param tenant on whose behalf; null if the request has to name one
     * @param tenants the other tenants on whose behalf this principal may act; {@code *} alone for all but the host's own
     * @param credential what it was recognised by, never a secret
     * @param expires when that ends; null if it does not
     */
    public Identity(
            Principal principal,
            @Nullable TenantId tenant,
            Set<String> tenants,
            String credential,
            @Nullable Instant expires) {
        this(principal, tenant, tenants, credential, expires, false, null);
    }

    /**
     * An identity of one tenant that does not expire.
     *
     * @param principal who acts
     * @param tenant on whose behalf
     * @param credential what it was recognised by, never a secret
     * @return the identity
     */
    public static Identity of(Principal principal, TenantId tenant, String credential) {
        return new Identity(principal, tenant, Set.of(), credential, null);
    }

    /**
     * Whether it may act on behalf of a tenant.
     *
     * @param wanted the tenant
     * @return true for its own tenant and for the others it has
     */
    public boolean mayActFor(TenantId wanted) {
        return wanted.equals(tenant) || tenants.contains(wanted.value()) || isOfAllTenants();
    }

    /**
     * Whether it may act on behalf of all tenants but the host's own.
     *
     * @return true if its other tenants are {@code *}
     */
    public boolean isOfAllTenants() {
        return tenants.contains("*");
    }
}
