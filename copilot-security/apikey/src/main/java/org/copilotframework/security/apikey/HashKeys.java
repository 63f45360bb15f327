package org.copilotframework.security.apikey;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.Secret;

/**
 * What hashes are made by now, and were made by before: secrets change while the host runs. Safe for use by several threads.
 */
final class HashKeys {
    private static final int FEWEST_BYTES = 32;
    private static final int MOST_MISSING = 5;

    private final Optional<Secret> secret;
    private final Optional<Secret> before;
    private final Set<String> missing = new ConcurrentSkipListSet<>();
    private volatile Derived derived = new Derived(List.of(), List.of());

    /** What was derived from which secrets; the present one first. */
    private record Derived(List<String> secrets, List<HashKey> keys) {
        @Override
        public String toString() {
            return "Derived" + keys;
        }
    }

    private HashKeys(Optional<Secret> secret, Optional<Secret> before) {
        this.secret = secret;
        this.before = before;
    }

    /**
     * Derives the keys.
     *
     * @throws InvalidRequestException if the secret is too short
     */
    static HashKeys of(ApiKeySettings settings) {
        settings.secret().ifPresent(secret -> {
            int bytes = secret.value().getBytes(UTF_8).length;
            if (bytes < FEWEST_BYTES) {
                throw new InvalidRequestException("copilot.security.apikey.secret (in the environment SECRET_KEY): has "
                        + bytes + " bytes, and a secret has at least " + FEWEST_BYTES
                        + "; make one with 'openssl rand -base64 32', or leave it out");
            }
        });
        return new HashKeys(settings.secret(), settings.secretPrevious());
    }

    private List<HashKey> keys() {
        List<String> secrets = new ArrayList<>();
        secret.ifPresent(one -> {
            secrets.add(one.value());
            one.previous().ifPresent(secrets::add);
        });
        before.ifPresent(one -> secrets.add(one.value()));
        Derived known = derived;
        if (!known.secrets().equals(secrets)) {
            known = new Derived(
                    List.copyOf(secrets),
                    secrets.stream().distinct().map(HashKey::from).toList());
            derived = known;
        }
        return known.keys();
    }

    /** What new hashes are made by. */
    HashKey current() {
        List<HashKey> keys = keys();
        return secret.isPresent() && !keys.isEmpty() ? keys.get(0) : HashKey.NONE;
    }

    /** Whether a text has the hash. Takes as long whether it has or not, and whether what made the hash is known or not. */
    boolean matches(String text, Hash hash) {
        if (hash.by().equals(HashKey.NONE.name())) {
            return hash.is(HashKey.NONE.hash(text));
        }
        for (HashKey key : keys()) {
            if (key.name().equals(hash.by())) {
                return hash.is(key.hash(text));
            }
        }
        if (missing.size() < MOST_MISSING) {
            missing.add(hash.by());
        }
        matchesNothing(text);
        return false;
    }

    /** Takes as long as if there were a hash. */
    void matchesNothing(String text) {
        Hash.of("nothing", new byte[32]).is(current().hash(text));
    }

    /** What is amiss: keys whose hashes were made by a secret that is not here. */
    List<String> troubles() {
        Set<String> still = new TreeSet<>(missing);
        keys().forEach(key -> still.remove(key.name()));
        return still.isEmpty()
                ? List.of()
                : List.of("API keys were hashed by a secret that is not here (" + String.join(", ", still)
                        + "), and cannot be recognised; set copilot.security.apikey.secret (SECRET_KEY) or"
                        + " copilot.security.apikey.secret-previous (SECRET_KEY_PREVIOUS) to it, or rotate them");
    }
}
