package org.copilotframework.core.access;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.audit.AuditEntry.Outcome;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;
import org.copilotframework.api.spi.authentication.TokenIssuer;
import org.copilotframework.api.spi.authorization.Authorizer;
import org.copilotframework.api.spi.management.ManagementEndpoint;
import org.copilotframework.core.Access;
import org.copilotframework.core.Admission;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.audit.AuditTrail;
import org.copilotframework.core.naming.HostTenant;
import org.jspecify.annotations.Nullable;

/** The door. What it says to who is refused is the same whatever the reason; the reason is in the audit. */
public final class Door implements Access, AutoCloseable {
    private static final String TENANT = "X-Tenant-Id";
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** How often it is looked whether there are denials to be summed up. */
    private static final Duration LOOKED = Duration.ofSeconds(10);

    /** Whoever comes while nobody is asked who he is. */
    private static final Identity ANYBODY =
            new Identity(Caller.local().principal(), Caller.local().tenant(), Set.of("*"), "open", null, true, null);

    private final Chain chain;
    private final boolean open;
    private final Roles roles;
    private final Authorizer authorizer;
    private final AuditTrail trail;
    private final List<ManagementEndpoint> endpoints;
    private final HostScopes hostScopes;
    private final FailedAttempts attempts;
    private final Denials denials;
    private final boolean toldCalls;
    private final Fitness fitness;

    /**
     * Puts a door together.
     *
     * @param chain who recognises callers; closed with this
     * @param roles the scopes of each role
     * @param authorizer who decides what a caller may do
     * @param trail where it is audited
     * @param endpoints for operators
     * @param fitness whether others may be let in
     * @param failedAttempts how many an address has in a minute; 0 for no limit
     * @param toldDenials how many denials of a credential are audited in a minute
     * @param toldCalls whether calls and reads that are let in are audited
     * @param clock nanoseconds
     */
    public Door(
            Chain chain,
            Map<String, Set<String>> roles,
            Authorizer authorizer,
            AuditTrail trail,
            List<ManagementEndpoint> endpoints,
            Fitness fitness,
            int failedAttempts,
            int toldDenials,
            boolean toldCalls,
            LongSupplier clock) {
        this.chain = chain;
        this.open = chain.isEmpty() && fitness.missing().isEmpty();
        this.roles = new Roles(roles);
        this.authorizer = authorizer;
        this.trail = trail;
        this.endpoints = List.copyOf(endpoints);
        this.hostScopes = HostScopes.with(this.endpoints);
        this.fitness = fitness;
        this.attempts = new FailedAttempts(failedAttempts, clock);
        this.toldCalls = toldCalls;
        this.denials = new Denials(trail, toldDenials, clock, LOOKED);
    }

    @Override
    public Admission admit(Credentials credentials) {
        Identity identity = open ? ANYBODY : recognised(credentials);
        return admission(identity, tenant(identity, credentials), credentials);
    }

    private Admission admission(Identity identity, TenantId tenant, Credentials credentials) {
        Caller caller = new Caller(tenant, roles.expanded(identity.principal()));
        boolean operator = identity.operator() || identity.isOfAllTenants();
        return new Admission(
                caller, identity.credential(), credentials.remote(), identity.expires(), operator, identity.limit());
    }

    @Override
    public boolean stillGood(Admission who, Credentials credentials) {
        if (open) {
            return true;
        }
        try {
            return chain.again(credentials)
                    .filter(now -> isSame(who, now, credentials))
                    .isPresent();
        } catch (UnauthenticatedException noMore) {
            return false;
        } catch (CopilotException unknown) {
            // That it cannot be told now is no reason to leave.
            return true;
        }
    }

    private boolean isSame(Admission who, Identity now, Credentials credentials) {
        TenantId tenant = wanted(credentials).orElse(now.tenant());
        Instant expires = now.expires();
        boolean over = expires != null && !expires.isAfter(Instant.now());
        return !over
                && tenant != null
                && now.mayActFor(tenant)
                && admission(now, tenant, credentials).caller().equals(who.caller());
    }

    private Identity recognised(Credentials credentials) {
        attempts.demandFewer(credentials.remote());
        if (!fitness.missing().isEmpty()) {
            throw new UnavailableException("nobody can be let in; the log of the server says why", RETRY);
        }
        Optional<Identity> identity;
        try {
            identity = chain.authenticate(credentials);
        } catch (UnauthenticatedException notValid) {
            throw notValid(credentials, notValid.getMessage());
        }
        if (identity.isEmpty()) {
            throw new UnauthenticatedException("there are no credentials with this request; send some");
        }
        Instant expires = identity.get().expires();
        if (expires != null && !expires.isAfter(Instant.now())) {
            throw notValid(credentials, identity.get().credential() + " has expired");
        }
        attempts.letIn(credentials.remote());
        return identity.get();
    }

    private UnauthenticatedException notValid(Credentials credentials, String why) {
        attempts.failed(credentials.remote());
        denials.add(entry("", "", null, "authenticate", "", credentials.remote(), Outcome.DENIED, why));
        return new UnauthenticatedException("the credentials of this request are not valid; send others");
    }

    private TenantId tenant(Identity identity, Credentials credentials) {
        TenantId tenant = wanted(credentials).orElse(identity.tenant());
        if (tenant == null) {
            throw new InvalidRequestException(
                    "these credentials are good for several tenants; name one in the header " + TENANT);
        } else if (HostTenant.is(tenant) || !identity.mayActFor(tenant)) {
            denials.add(entry(
                    identity.principal().subject(),
                    identity.credential(),
                    tenant,
                    "tenants:act",
                    "tenant/" + tenant,
                    credentials.remote(),
                    Outcome.DENIED,
                    "the credential is not for this tenant"));
            throw new ForbiddenException("these credentials are not for the tenant that is asked for");
        }
        return tenant;
    }

    private static Optional<TenantId> wanted(Credentials credentials) {
        try {
            return credentials.header(TENANT).map(TenantId::new);
        } catch (InvalidRequestException wrong) {
            throw wrong.withMessage("header " + TENANT + ": " + wrong.getMessage());
        }
    }

    @Override
    public void permit(Admission who, String scope, String target) {
        demand(who, who.caller(), scope, target);
    }

    @Override
    public void permitOwn(Admission who, String scope, String target) {
        Principal principal = who.caller().principal();
        Set<String> more = new HashSet<>(principal.scopes());
        more.add(scope);
        demand(who, new Caller(who.caller().tenant(), new Principal(principal.subject(), more)), scope, target);
    }

    @Override
    public void permitHost(Admission who, String scope, String target) {
        demand(who, hostScopes.demanding(who, scope), scope, target);
    }

    @Override
    public boolean mayHandOn(Admission who, String scope) {
        return hostScopes.mayHandOn(who, scope);
    }

    private void demand(Admission who, Caller as, String scope, String target) {
        boolean allowed;
        try {
            allowed = isAllowed(as, scope, target);
        } catch (ForbiddenException refusal) {
            denied(who, scope, target);
            throw refusal;
        }
        if (!allowed) {
            denied(who, scope, target);
            throw new ForbiddenException("this takes the scope " + scope + ", which was not granted");
        }
    }

    @Override
    public void denied(Admission who, String action, String target) {
        denials.add(entry(who, action, target, Outcome.DENIED, "the scope was not granted"));
    }

    private boolean isAllowed(Caller caller, String scope, String target) {
        try {
            return authorizer.may(caller, scope, target);
        } catch (CopilotException refusal) {
            throw refusal;
        } catch (RuntimeException | Error fault) {
            throw new UnavailableException(
                    "whether the caller may do this cannot be decided: " + Faults.brief(fault), RETRY);
        }
    }

    @Override
    public void audit(Admission who, String action, String target, Outcome outcome, String detail) {
        trail.take(entry(who, action, target, outcome, detail));
    }

    @Override
    public void ended(Admission who, String action, String target, Outcome outcome, String detail) {
        trail.tell(entry(who, action, target, outcome, detail));
    }

    @Override
    public void called(Admission who, String action, String target, Outcome outcome, String detail) {
        if (toldCalls) {
            trail.tell(entry(who, action, target, outcome, detail));
        }
    }

    private static AuditEntry entry(Admission who, String action, String target, Outcome outcome, String detail) {
        Caller caller = who.caller();
        String subject = caller.principal().subject();
        return entry(subject, who.credential(), caller.tenant(), action, target, who.remote(), outcome, detail);
    }

    private static AuditEntry entry(
            String subject,
            String credential,
            @Nullable TenantId tenant,
            String action,
            String target,
            String remote,
            Outcome outcome,
            String detail) {
        return new AuditEntry(Instant.now(), subject, credential, tenant, action, target, remote, outcome, detail);
    }

    @Override
    public List<String> challenges() {
        return chain.challenges();
    }

    @Override
    public boolean open() {
        return open;
    }

    @Override
    public boolean mayBeRead() {
        return fitness.developer();
    }

    @Override
    public void demandFit(boolean loopback, boolean plain) {
        fitness.demand(open, loopback, plain);
    }

    @Override
    public Optional<CredentialAdmin> credentials() {
        return chain.admin();
    }

    @Override
    public Optional<TokenIssuer> tokens() {
        fitness.demandDeveloper();
        return chain.tokens();
    }

    @Override
    public List<ManagementEndpoint> endpoints() {
        return endpoints;
    }

    /**
     * What does not work now.
     *
     * @return sentences for an operator
     */
    public List<String> troubles() {
        return chain.troubles();
    }

    /** Closes what was opened for it. From then on nobody is recognised. */
    @Override
    public void close() {
        denials.close();
        chain.close();
    }
}
