package org.copilotframework.security.jwt;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;
import org.copilotframework.api.spi.authentication.TokenIssuer;

/**
 * Signs tokens by the secret, and hands out none that would not be let in as what was ordered: the settings may read other claims than
 * those of a {@link DevelopmentToken}.
 */
final class SecretTokens implements TokenIssuer {
    private final JwtSettings settings;
    private final Secret secret;
    private final Authenticator reader;
    private final InstantSource clock;

    /**
     * Begins.
     *
     * @param settings what a token must have to be let in
     * @param secret what it is signed by
     * @param reader who will be shown it
     * @param clock when it begins
     */
    SecretTokens(JwtSettings settings, Secret secret, Authenticator reader, InstantSource clock) {
        this.settings = settings;
        this.secret = secret;
        this.reader = reader;
        this.clock = clock;
    }

    @Override
    public String issue(CredentialOrder order) {
        Instant now = clock.instant();
        Instant ends = order.expires();
        if (ends == null) {
            throw new InvalidRequestException("expires: a token for development ends; say when");
        } else if (order.perMinute() != null) {
            throw new InvalidRequestException("perMinute: a token has no limit of its own; make a key");
        }
        DevelopmentToken token = new DevelopmentToken(
                order.subject(), order.tenant(), order.scopes(), settings.audience(), Duration.between(now, ends));
        String signed = settings.secretIssuer()
                .map(issuer -> token.sign(secret.value(), issuer, now))
                .orElseGet(() -> token.sign(secret.value(), now));
        demandRead(signed, order);
        return signed;
    }

    private void demandRead(String signed, CredentialOrder order) {
        Credentials shown = new Credentials(Map.of("authorization", List.of("Bearer " + signed)), List.of(), "");
        boolean same;
        try {
            same = reader.authenticate(shown).filter(who -> isOf(who, order)).isPresent();
        } catch (UnauthenticatedException refused) {
            throw new InvalidRequestException(
                    "copilot.security.jwt: a token for development has the claims sub, tenant, scope and"
                            + " roles, and would not be let in: " + refused.getMessage());
        }
        if (!same) {
            throw new InvalidRequestException(
                    "copilot.security.jwt: its settings read other claims than sub, tenant, scope and roles,"
                            + " which a token for development has: it would be let in as somebody else");
        }
    }

    private static boolean isOf(Identity who, CredentialOrder order) {
        return order.tenant().equals(who.tenant())
                && who.principal().subject().equals(order.subject())
                && who.principal().scopes().equals(order.scopes());
    }
}
