package org.copilotframework.security.jwt;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.authentication.Identity;
import org.jspecify.annotations.Nullable;

/** Who a token is about: its subject, tenants, scopes and roles, from the claims that the settings name. */
final class IdentityClaims {
    private static final String ROLE = "role:";

    private final JwtSettings settings;
    private final @Nullable TenantId tenant;

    /**
     * The claims of one source of keys.
     *
     * @param tenant the tenant of tokens that name none; empty if they have none
     */
    IdentityClaims(JwtSettings settings, Optional<String> tenant) {
        this.settings = settings;
        this.tenant = tenant.map(TenantId::new).orElse(null);
    }

    /**
     * Reads them.
     *
     * @param credential what the audit names the token by
     * @throws RefusedTokenException if one is missing or has another form
     */
    Identity identity(Claims claims, String credential, Instant expires) throws RefusedTokenException {
        String subject = claims.text(settings.subjectClaim());
        if (subject == null) {
            throw new RefusedTokenException("it does not say who acts (" + settings.subjectClaim() + ")");
        }
        Set<String> others = new LinkedHashSet<>(orNone(claims.texts(settings.tenantsClaim())));
        TenantId own = tenant(claims, others);
        try {
            for (String other : others) {
                if (!other.equals("*")) {
                    new TenantId(other);
                }
            }
            return new Identity(new Principal(subject, scopes(claims)), own, others, credential, expires);
        } catch (InvalidRequestException wrong) {
            throw new RefusedTokenException("its subject or a tenant has a form that nobody has here");
        }
    }

    /** The one tenant of a token. If its claim names several, each is one for which the request may ask. */
    private @Nullable TenantId tenant(Claims claims, Set<String> others) throws RefusedTokenException {
        Object said = claims.at(settings.tenantClaim());
        List<String> named = said instanceof String one ? List.of(one) : claims.texts(settings.tenantClaim());
        if (named == null) {
            return tenant;
        } else if (named.size() == 1) {
            try {
                return new TenantId(named.get(0));
            } catch (InvalidRequestException wrong) {
                throw new RefusedTokenException("its tenant has a form that none has here");
            }
        }
        named.stream().filter(one -> !one.equals("*")).forEach(others::add);
        return null;
    }

    private Set<String> scopes(Claims claims) throws RefusedTokenException {
        Set<String> granted = new LinkedHashSet<>();
        boolean said = false;
        for (String path : settings.scopesClaims()) {
            List<String> texts = claims.texts(path);
            said |= texts != null;
            granted.addAll(counted(orNone(texts)));
        }
        if (!said) {
            granted.addAll(settings.scopes());
        }
        for (String path : settings.rolesClaims()) {
            for (String role : orNone(claims.texts(path))) {
                granted.add(ROLE + role);
            }
        }
        return granted;
    }

    /** What is asked for as a scope is no role: issuers grant roles with more care. */
    private List<String> counted(List<String> scopes) {
        String prefix = settings.scopePrefix().orElse("");
        List<String> counted = new ArrayList<>();
        for (String scope : scopes) {
            String name = scope.startsWith(prefix) ? scope.substring(prefix.length()) : "";
            if (!name.isEmpty() && !name.startsWith(ROLE)) {
                counted.add(name);
            }
        }
        return counted;
    }

    private static List<String> orNone(@Nullable List<String> texts) {
        return texts == null ? List.of() : texts;
    }
}
