package org.copilotframework.security.jwt;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a token whose signature is right must say besides: that it is now, for us, and from whom we think. */
final class ClaimRules {
    private final @Nullable String issuer;
    private final Set<String> audience;
    private final Duration skew;
    private final InstantSource clock;

    /**
     * The rules for tokens of one source of keys.
     *
     * @param issuer who must have issued them; empty if it does not matter
     */
    ClaimRules(Optional<String> issuer, JwtSettings settings, InstantSource clock) {
        this.issuer = issuer.orElse(null);
        this.audience = Set.copyOf(settings.audience());
        this.skew = settings.skew();
        this.clock = clock;
    }

    /**
     * Checks a token.
     *
     * @return when it is no longer accepted
     * @throws RefusedTokenException if it breaks a rule
     */
    Instant check(Claims claims) throws RefusedTokenException {
        if (issuer != null && !issuer.equals(claims.text("iss"))) {
            throw new RefusedTokenException("it is of another issuer");
        }
        List<String> recipients = recipients(claims);
        if (!audience.isEmpty() && Collections.disjoint(audience, recipients)) {
            throw new RefusedTokenException("it is for another audience");
        }
        Instant now = clock.instant();
        Instant expires = claims.time("exp");
        if (expires == null) {
            throw new RefusedTokenException("it does not say when it ends (exp)");
        } else if (!now.isBefore(expires.plus(skew))) {
            throw new RefusedTokenException("it is over (exp)");
        }
        for (String begin : List.of("nbf", "iat")) {
            Instant from = claims.time(begin);
            if (from != null && now.plus(skew).isBefore(from)) {
                throw new RefusedTokenException("it is of the future (" + begin + ")");
            }
        }
        return expires.plus(skew);
    }

    /** A single text is one recipient, whatever blanks are in it. */
    private static List<String> recipients(Claims claims) throws RefusedTokenException {
        Object said = claims.at("aud");
        if (said instanceof String one) {
            return List.of(one);
        }
        List<String> several = claims.texts("aud");
        return several == null ? List.of() : several;
    }
}
