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
 * What hashes are made by now, and were made by before: secrets change while the host runs, and not on all nodes at once. So what is
 * stored has a hash and a seal by each that is known where it was written. Safe for use by several threads.
 */
final class HashKeys {
    private static final int FEWEST_BYTES = 32;
    private static final int MOST_MISSING = 5;
    private static final List<Hash> NOTHING = List.of(Hash.of("nothing", new byte[32]));

    private final Optional<Secret> secret;
    private final Optional<Secret> before;
    private final boolean acceptPlain;
    private final Set<String> missing = new ConcurrentSkipListSet<>();
    private volatile Derived derived = new Derived(List.of(), List.of());

    /** What was derived from which secrets; the present one first. */
    private record Derived(List<String> secrets, List<HashKey> keys) {
        @Override
        public String toString() {
            return "Derived" + keys;
        }
    }

    private HashKeys(Optional<Secret> secret, Optional<Secret> before, boolean acceptPlain) {
        this.secret = secret;
        this.before = before;
        this.acceptPlain = acceptPlain;
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
        return new HashKeys(settings.secret(), settings.secretPrevious(), settings.acceptPlain());
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

    /** All that are known here: what is written is written by each, the present one first. */
    private List<HashKey> all() {
        List<HashKey> all = new ArrayList<>(keys());
        if (secret.isEmpty()) {
            all.add(0, HashKey.NONE);
        } else if (acceptPlain) {
            all.add(HashKey.NONE);
        }
        return all;
    }

    /** What is stored of a key's text. */
    List<Hash> hashes(String text) {
        return all().stream().map(key -> Hash.of(key.name(), key.hash(text))).toList();
    }

    /** The seals of what is stored; none without a secret. */
    List<Hash> seals(String content) {
        return all().stream()
                .filter(HashKey::seals)
                .map(key -> key.seal(content))
                .toList();
    }

    /** Whether there is none by the present secret, so that those that there are would end with the one before. */
    boolean areOfBefore(List<Hash> hashes) {
        String present = all().get(0).name();
        return hashes.stream().noneMatch(hash -> hash.by().equals(present));
    }

    /** Whether a text has one of the hashes. Takes as long whether it has or not, and whether what made them is known or not. */
    boolean matches(String text, List<Hash> hashes) {
        boolean known = false;
        boolean same = false;
        for (HashKey key : all()) {
            byte[] made = key.hash(text);
            for (Hash hash : hashes) {
                if (key.name().equals(hash.by())) {
                    known = true;
                    same |= hash.is(made);
                }
            }
        }
        if (!known && !hashes.equals(NOTHING)) {
            hashes.stream().filter(hash -> missing.size() < MOST_MISSING).forEach(hash -> missing.add(hash.by()));
        }
        return same;
    }

    /** Takes as long as if there were a hash. */
    void matchesNothing(String text) {
        matches(text, NOTHING);
    }

    /** What to think of something that is stored. */
    enum Seal {
        /** It was written by somebody who has a secret that is known here, or there is none. */
        SOUND,
        /** It was written without a secret. */
        PLAIN,
        /** It was written with a secret that is not known here. */
        UNKNOWN,
        /** It was changed by somebody without the secret. */
        BROKEN
    }

    /** Looks at the seals of what is stored. */
    Seal look(String content, List<Hash> seals) {
        if (secret.isEmpty()) {
            return Seal.SOUND;
        } else if (seals.isEmpty()) {
            return acceptPlain ? Seal.SOUND : Seal.PLAIN;
        }
        boolean known = false;
        for (Hash right : seals(content)) {
            for (Hash seal : seals) {
                if (right.is(seal)) {
                    return Seal.SOUND;
                }
                known |= right.by().equals(seal.by());
            }
        }
        return known ? Seal.BROKEN : Seal.UNKNOWN;
    }

    /** What is amiss: keys whose hashes were made by a secret that is not here. */
    List<String> troubles() {
        Set<String> still = new TreeSet<>(missing);
        all().forEach(key -> still.remove(key.name()));
        return still.isEmpty()
                ? List.of()
                : List.of("API keys were hashed by a secret that is not here (" + String.join(", ", still)
                        + "), and cannot be recognised; set copilot.security.apikey.secret (SECRET_KEY) or"
                        + " copilot.security.apikey.secret-previous (SECRET_KEY_PREVIOUS) to it, or rotate them");
    }
}
