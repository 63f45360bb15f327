package org.copilotframework.security.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * A token for trying things out, signed by the secret that the authenticator {@code jwt} is set to, with the claims that it reads if
 * its settings do not name others. Whoever makes one decides whether that is allowed: in production it is not.
 *
 * @param subject who acts, as {@link Principal} has it
 * @param tenant on whose behalf
 * @param scopes what it grants; roles as {@code role:<name>}
 * @param audience for whom it is; empty if that does not matter
 * @param life how long it is good, above zero and at most a day
 */
public record DevelopmentToken(
        String subject, TenantId tenant, Set<String> scopes, List<String> audience, Duration life) {
    private static final String ROLE = "role:";
    private static final Duration LONGEST = Duration.ofDays(1);

    /**
     * Checks and copies.
     *
     * @throws InvalidRequestException if something has another form
     */
    public DevelopmentToken {
        Objects.requireNonNull(tenant, "tenant");
        scopes = new Principal(subject, scopes).scopes();
        audience = List.copyOf(audience);
        if (life.isNegative() || life.isZero() || life.compareTo(LONGEST) > 0) {
            throw new InvalidRequestException("life: must be above zero and at most " + LONGEST.toHours() + " hours");
        }
        if (scopes.stream().anyMatch(scope -> scope.isEmpty() || scope.chars().anyMatch(Character::isWhitespace))) {
            throw new InvalidRequestException("scopes: a scope has at least one character, and no blanks");
        }
    }

    /**
     * Signs it.
     *
     * @param secret what {@code copilot.security.jwt.secret} is, in the environment {@code SECRET_KEY}
     * @param now when it begins
     * @return the token, to be sent as {@code Authorization: Bearer <token>}
     * @throws InvalidRequestException if the secret is too short
     */
    public String sign(String secret, Instant now) {
        return signed(secret, null, now);
    }

    /**
     * Signs it as somebody, where the authenticator wants to know who has.
     *
     * @param secret as for {@link #sign(String, Instant)}
     * @param issuer what {@code copilot.security.jwt.secret-issuer} is
     * @param now when it begins
     * @return the token
     * @throws InvalidRequestException if the secret is too short
     */
    public String sign(String secret, String issuer, Instant now) {
        return signed(secret, Objects.requireNonNull(issuer, "issuer"), now);
    }

    private String signed(String secret, @Nullable String issuer, Instant now) {
        if (!SecretKeys.isLongEnough(secret)) {
            throw new InvalidRequestException(
                    "copilot.security.jwt.secret (in the environment SECRET_KEY): has less than "
                            + SecretKeys.FEWEST_BYTES + " bytes; make one with 'openssl rand -base64 32'");
        }
        Set<String> granted = new TreeSet<>(scopes);
        granted.removeIf(scope -> scope.startsWith(ROLE));
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .jwtID(UUID.randomUUID().toString())
                .issuer(issuer)
                .subject(subject)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(life)))
                .claim("tenant", tenant.value())
                .claim("scope", String.join(" ", granted))
                .claim("roles", roles());
        if (!audience.isEmpty()) {
            claims.audience(audience);
        }
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(JOSEObjectType.JWT)
                .build();
        SignedJWT token = new SignedJWT(header, claims.build());
        try {
            token.sign(new MACSigner(secret.getBytes(UTF_8)));
        } catch (JOSEException missing) {
            throw new IllegalStateException("this JDK has no HMAC-SHA-256", missing);
        }
        return token.serialize();
    }

    private List<String> roles() {
        return scopes.stream()
                .filter(scope -> scope.startsWith(ROLE))
                .map(scope -> scope.substring(ROLE.length()))
                .sorted()
                .toList();
    }
}
