package org.copilotframework.api.caller;

import java.util.Objects;
import java.util.Set;

/**
 * On whose behalf a call is made: the tenant whose data it sees, and the principal who is answerable. A child call keeps its
 * parent's caller and never gains scopes.
 *
 * @param tenant whose data the call may see
 * @param principal who acts
 */
public record Caller(TenantId tenant, Principal principal) {
    /** The scope that lets a principal call any agent. */
    public static final String INVOKE_ANY_AGENT = "agents:invoke";

    private static final Caller LOCAL = new Caller(new TenantId("local"), new Principal("local", Set.of("*")));

    /** Checks for null. */
    public Caller {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(principal, "principal");
    }

    /**
     * A caller that may call any agent ({@value #INVOKE_ANY_AGENT}) and nothing else.
     *
     * @param tenant the tenant's name
     * @param subject who acts
     * @return the caller
     * @throws org.copilotframework.api.error.InvalidRequestException if a name has a wrong form
     */
    public static Caller of(String tenant, String subject) {
        return of(tenant, subject, Set.of(INVOKE_ANY_AGENT));
    }

    /**
     * A caller with the given scopes.
     *
     * @param tenant the tenant's name
     * @param subject who acts
     * @param scopes what was granted
     * @return the caller
     * @throws org.copilotframework.api.error.InvalidRequestException if a name has a wrong form
     */
    public static Caller of(String tenant, String subject, Set<String> scopes) {
        return new Caller(new TenantId(tenant), new Principal(subject, scopes));
    }

    /**
     * The caller of a single-user program: tenant {@code local}, all scopes.
     *
     * @return always the same caller
     */
    public static Caller local() {
        return LOCAL;
    }
}
