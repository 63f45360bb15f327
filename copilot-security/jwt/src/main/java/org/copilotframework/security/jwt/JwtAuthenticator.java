package org.copilotframework.security.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JWSAlgorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;
import org.copilotframework.api.spi.authentication.TokenIssuer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Recognises whom a bearer token is about: one that is signed by the secret, or by a key of the issuer. */
final class JwtAuthenticator implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(JwtAuthenticator.class);
    private static final String SCHEME = "bearer ";

    private final Set<String> algorithms;
    private final @Nullable SecretKeys secret;
    private final @Nullable IssuerKeys issuer;
    private final ClaimRules secretRules;
    private final ClaimRules issuerRules;
    private final IdentityClaims secretClaims;
    private final IdentityClaims issuerClaims;
    private final @Nullable TokenIssuer tokens;
    private final KnownSignatures known = new KnownSignatures();

    private JwtAuthenticator(
            JwtSettings settings, @Nullable SecretKeys secret, @Nullable IssuerKeys issuer, InstantSource clock) {
        this.algorithms = settings.accepted();
        this.secret = secret;
        this.issuer = issuer;
        this.secretRules = new ClaimRules(settings.secretIssuer(), settings, clock);
        this.issuerRules = new ClaimRules(settings.issuer(), settings, clock);
        this.secretClaims = new IdentityClaims(settings, settings.tenant().or(() -> Optional.of("default")));
        this.issuerClaims = new IdentityClaims(settings, settings.tenant());
        this.tokens = secret == null
                ? null
                : settings.secret()
                        .map(one -> new SecretTokens(settings, one, this, clock))
                        .orElse(null);
    }

    /**
     * Opens it, and begins to read the issuer's keys.
     *
     * @param clock when tokens begin and end
     * @param nanos how old keys are
     * @throws org.copilotframework.api.error.InvalidRequestException if a setting is wrong
     */
    static JwtAuthenticator open(JwtSettings settings, InstantSource clock, LongSupplier nanos) {
        boolean bySecret = settings.accepted().contains(Algorithms.BY_SECRET);
        SecretKeys secret = bySecret ? SecretKeys.of(settings).orElse(null) : null;
        if (!bySecret && settings.secret().isPresent()) {
            LOG.info(
                    "tokens that are signed by the secret are not accepted beside those of the issuer; name {} in"
                            + " copilot.security.jwt.algorithms, with the others, if they are to be",
                    Algorithms.BY_SECRET);
        }
        IssuerKeys issuer = settings.issuer()
                .map(name -> new IssuerKeys(name, settings, nanos))
                .orElse(null);
        return new JwtAuthenticator(settings, secret, issuer, clock);
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        List<String> sent = credentials.headers().getOrDefault("authorization", List.of());
        if (sent.stream().noneMatch(JwtAuthenticator::isBearer)) {
            return Optional.empty();
        }
        try {
            if (sent.size() > 1) {
                throw new RefusedTokenException("the header Authorization is there " + sent.size() + " times");
            } else if (sent.get(0).length() > SCHEME.length() + TokenText.LONGEST) {
                throw new RefusedTokenException("it has more than " + TokenText.LONGEST + " characters");
            }
            String token = sent.get(0).substring(SCHEME.length()).strip();
            return Optional.of(identity(token, TokenText.parse(token)));
        } catch (RefusedTokenException why) {
            // Why is for the audit: the host tells the caller no more than that it is not valid.
            throw new UnauthenticatedException("the bearer token is not valid: " + why.getMessage());
        }
    }

    private static boolean isBearer(String header) {
        return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    /** The algorithm says which source of keys is asked, and each source has keys of its own kinds only. */
    private Identity identity(String text, TokenText token) throws RefusedTokenException {
        JWSAlgorithm algorithm = token.header().getAlgorithm();
        boolean bySecret = algorithm.equals(JWSAlgorithm.HS256);
        if (!algorithms.contains(algorithm.getName())) {
            throw new RefusedTokenException("its algorithm is not accepted");
        }
        List<VerifyKey> keys = List.of();
        if (bySecret && secret != null) {
            keys = secret.keys();
        } else if (!bySecret && issuer != null) {
            keys = issuer.fitting(token.header().getKeyID(), algorithm);
        }
        if (!known.hasSigned(keys, token)) {
            throw new RefusedTokenException("no key that is known has signed it");
        }
        Claims claims = token.claims();
        Instant expires = (bySecret ? secretRules : issuerRules).check(claims);
        return (bySecret ? secretClaims : issuerClaims).identity(claims, name(text, claims), expires);
    }

    /** What the audit names a token by: its own name, or some digits of its hash. */
    private static String name(String text, Claims claims) {
        if (claims.at("jti") instanceof String jti && jti.matches("[A-Za-z0-9._-]{1,64}")) {
            return "jwt:" + jti;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return "jwt:" + HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this JDK has no SHA-256", missing);
        }
    }

    @Override
    public Optional<TokenIssuer> tokens() {
        return Optional.ofNullable(tokens);
    }

    @Override
    public List<String> challenges() {
        return List.of("Bearer realm=\"copilot\"");
    }

    @Override
    public List<String> troubles() {
        List<String> all = new ArrayList<>();
        if (secret != null) {
            all.addAll(secret.troubles());
        }
        if (issuer != null) {
            all.addAll(issuer.troubles());
        }
        return all;
    }

    @Override
    public void close() {
        if (issuer != null) {
            issuer.close();
        }
    }
}
