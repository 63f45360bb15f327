package org.copilotframework.security.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.Secret;

/** The secret that both sides sign by, as it is now and was before: secrets change while the host runs. Safe for use by several threads. */
final class SecretKeys {
    static final int FEWEST_BYTES = 32;

    private final Secret secret;
    private final Optional<Secret> before;
    private volatile Made made = new Made(List.of(), List.of());

    /** The keys that were made of which secrets. */
    private record Made(List<String> secrets, List<VerifyKey> keys) {
        @Override
        public String toString() {
            return "Made[" + keys.size() + "]";
        }
    }

    private SecretKeys(Secret secret, Optional<Secret> before) {
        this.secret = secret;
        this.before = before;
    }

    /**
     * Takes the secrets of the settings.
     *
     * @return empty if there is none
     * @throws InvalidRequestException if one is too short
     */
    static Optional<SecretKeys> of(JwtSettings settings) {
        settings.secret().ifPresent(one -> check("secret (in the environment SECRET_KEY)", one));
        settings.secretPrevious()
                .ifPresent(one -> check("secret-previous (in the environment SECRET_KEY_PREVIOUS)", one));
        return settings.secret().map(one -> new SecretKeys(one, settings.secretPrevious()));
    }

    private static void check(String setting, Secret secret) {
        if (!isLongEnough(secret.value())) {
            throw new InvalidRequestException("copilot.security.jwt." + setting + ": has "
                    + secret.value().getBytes(UTF_8).length + " bytes, and HS256 needs at least " + FEWEST_BYTES
                    + " (RFC 7518, 3.2); make one with 'openssl rand -base64 32'");
        }
    }

    static boolean isLongEnough(String secret) {
        return secret.getBytes(UTF_8).length >= FEWEST_BYTES;
    }

    List<VerifyKey> keys() {
        List<String> secrets = new ArrayList<>();
        secrets.add(secret.value());
        secret.previous().ifPresent(secrets::add);
        before.ifPresent(one -> secrets.add(one.value()));
        Made known = made;
        if (!known.secrets().equals(secrets)) {
            known = new Made(
                    List.copyOf(secrets),
                    secrets.stream()
                            .distinct()
                            .filter(SecretKeys::isLongEnough)
                            .map(one -> VerifyKey.of(one.getBytes(UTF_8)))
                            .toList());
            made = known;
        }
        return known.keys();
    }

    /** What is amiss: a secret that was changed into one that cannot be used. */
    List<String> troubles() {
        return isLongEnough(secret.value())
                ? List.of()
                : List.of("copilot.security.jwt.secret was changed into one of less than " + FEWEST_BYTES
                        + " bytes, by which no token is accepted; change it into a longer one");
    }
}
