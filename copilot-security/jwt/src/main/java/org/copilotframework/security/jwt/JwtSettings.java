package org.copilotframework.security.jwt;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.Secret;

/**
 * The settings {@code copilot.security.jwt.*}.
 *
 * @param secret what HS256 tokens are signed by; in the environment {@code SECRET_KEY}
 * @param secretPrevious the one before it; in the environment {@code SECRET_KEY_PREVIOUS}
 * @param secretIssuer who must have issued tokens that are signed by the secret
 * @param issuer who issues tokens that are signed by a private key
 * @param jwksUri where the issuer's public keys are
 * @param audience for whom a token must be
 * @param algorithms the algorithms of signatures that are accepted
 * @param skew how far clocks may differ
 * @param tenant the tenant of tokens that name none
 * @param tenantClaim where a token names its tenant
 * @param tenantsClaim where a token names the other tenants of its subject
 * @param subjectClaim where a token names who acts
 * @param scopesClaims where a token says what it grants
 * @param scopePrefix what the scopes that count begin with
 * @param scopes what a token grants that says nothing of it
 * @param rolesClaims where a token names roles
 * @param refresh how often the issuer's keys are read anew
 * @param pause how long the issuer is left alone after it was asked
 * @param keysLife how long keys are used while the issuer cannot be reached
 * @param timeout how long reading the keys may take
 * @param plainHttp whether the issuer may be asked without TLS
 */
@Doc("Bearer tokens that are signed JWTs.")
record JwtSettings(
        @Doc("The secret that HS256 tokens are signed by, at least 32 bytes. In the environment SECRET_KEY.")
        Optional<Secret> secret,

        @Doc("The one before, while it is changed. In the environment SECRET_KEY_PREVIOUS.")
        Optional<Secret> secretPrevious,

        @Doc("The claim iss of tokens that are signed by the secret. Not looked at if this is not set.")
        Optional<String> secretIssuer,

        @Doc(
                "The issuer of tokens that are signed by a private key, exactly as its tokens say it in iss. Its keys are found by"
                        + " OpenID Connect Discovery.")
        Optional<String> issuer,

        @Doc("Where the issuer's keys are (JWKS), if it has no discovery.")
        Optional<URI> jwksUri,

        @Doc("For whom tokens must be: one of these must be among their aud. Needed with an issuer.") @Default("")
        List<String> audience,

        @Doc(
                "The algorithms of signatures that are accepted. Not set: those of private keys with an issuer, else HS256. With an"
                        + " issuer, name HS256 as well to accept also tokens that are signed by the secret.")
        @Default("")
        List<String> algorithms,

        @Doc("How far the clock of the issuer may differ.") @Default("30s")
        Duration skew,

        @Doc(
                "The tenant of tokens that name none. Not set: default for those signed by the secret; others then need the header"
                        + " X-Tenant-Id and a claim of tenants.")
        Optional<String> tenant,

        @Doc("The claim that names the tenant. Dots lead into objects.") @Default("tenant")
        String tenantClaim,

        @Doc("The claim that names the other tenants for which the subject may act; * for all.") @Default("tenants")
        String tenantsClaim,

        @Doc("The claim that names who acts.") @Default("sub")
        String subjectClaim,

        @Doc("The claims that say what a token grants: a text with blanks, or a list.") @Default("scope,scp")
        List<String> scopesClaims,

        @Doc("Only scopes that begin with this count, and it is cut off, such as api://copilot/.")
        Optional<String> scopePrefix,

        @Doc("What a token grants that has none of these claims.") @Default("")
        List<String> scopes,

        @Doc("The claims that name roles, such as realm_access.roles.") @Default("roles")
        List<String> rolesClaims,

        @Doc("How often the issuer's keys are read anew.") @Default("5m")
        Duration refresh,

        @Doc("How long the issuer is left alone once it was asked, whatever keys tokens name.") @Default("10s")
        Duration pause,

        @Doc("How long keys are used after they were last read, while the issuer cannot be reached.") @Default("12h")
        Duration keysLife,

        @Doc("How long reading the issuer's keys may take.") @Default("5s")
        Duration timeout,

        @Doc(
                "Whether the issuer may be asked by http:// on other hosts than this one: whoever is in between can put keys of his own"
                        + " in the place of the issuer's.")
        @Default("false")
        boolean plainHttp) {
    private static final String ALL = "copilot.security.jwt.";

    JwtSettings {
        demand(
                secret.isPresent() || issuer.isPresent(),
                "secret",
                "is not set, and neither is " + ALL
                        + "issuer: set the first (or SECRET_KEY in the environment) to accept HS256"
                        + " tokens, or the second to accept those of an issuer");
        demand(
                jwksUri.isEmpty() || issuer.isPresent(),
                "issuer",
                "is not set: with jwks-uri it says what iss must be in the tokens");
        demand(
                issuer.isEmpty() || !audience.isEmpty(),
                "audience",
                "is not set: with an issuer it says what must be in aud, else tokens for its other customers would be accepted");
        demand(
                Algorithms.ALL.containsAll(algorithms),
                "algorithms",
                "must be some of " + String.join(", ", Algorithms.ALL));
        demand(!skew.isNegative() && skew.compareTo(Duration.ofMinutes(5)) <= 0, "skew", "must be between 0s and 5m");
        demand(atLeastASecond(refresh), "refresh", "must be at least 1s");
        demand(atLeastASecond(pause), "pause", "must be at least 1s");
        demand(keysLife.compareTo(refresh) >= 0, "keys-life", "must be at least as long as " + ALL + "refresh");
        demand(
                !timeout.isNegative() && !timeout.isZero() && timeout.compareTo(Duration.ofMinutes(1)) <= 0,
                "timeout",
                "must be above 0s and 1m at most");
        demand(!subjectClaim.isBlank(), "subject-claim", "must not be empty");
        try {
            tenant.ifPresent(TenantId::new);
        } catch (InvalidRequestException wrong) {
            throw wrong.withMessage(ALL + "tenant: " + wrong.getMessage());
        }
    }

    /**
     * The algorithms that are accepted. The secret is also what other things of the host use: who has set an issuer has not said thereby
     * that whoever knows it may sign tokens.
     */
    Set<String> accepted() {
        if (!algorithms.isEmpty()) {
            return Set.copyOf(algorithms);
        }
        Set<String> accepted = new TreeSet<>(Algorithms.ALL);
        accepted.removeIf(one -> issuer.isPresent() == one.equals(Algorithms.BY_SECRET));
        return accepted;
    }

    private static boolean atLeastASecond(Duration time) {
        return time.compareTo(Duration.ofSeconds(1)) >= 0;
    }

    private static void demand(boolean right, String setting, String lack) {
        if (!right) {
            throw new InvalidRequestException(ALL + setting + ": " + lack);
        }
    }
}
