package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.Hkdf;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;

/** Wraps by keys that are derived from secrets: with the present one, and unwraps with the one before it too. */
final class LocalKeyWrapper implements KeyWrapper {
    private static final int FEWEST_CHARACTERS = 32;
    private static final String SETTING = "copilot.encryption.local.secret-key (in the environment SECRET_KEY)";
    private static final String PREVIOUS =
            "copilot.encryption.local.secret-key-previous (in the environment SECRET_KEY_PREVIOUS)";
    private static final int VERSION = 1;

    /** A key that was derived from a secret, and its name, from which neither can be found. */
    private record Derived(String id, Aead aead) {
        static Derived from(String secret) {
            try {
                byte[] material = secret.getBytes(UTF_8);
                byte[] id = Hkdf.computeHkdf("HmacSha256", material, null, label("key id"), 8);
                byte[] key = Hkdf.computeHkdf("HmacSha256", material, null, label("key wrapping"), 32);
                return new Derived("local:" + HexFormat.of().formatHex(id), Ciphers.aead(key));
            } catch (GeneralSecurityException missing) {
                throw Ciphers.missing(missing);
            }
        }

        private static byte[] label(String use) {
            return ("copilot-framework/1/" + use).getBytes(UTF_8);
        }

        @Override
        public String toString() {
            return id;
        }
    }

    private final Derived current;
    private final List<Derived> all;

    private LocalKeyWrapper(Derived current, List<Derived> all) {
        this.current = current;
        this.all = List.copyOf(all);
    }

    /**
     * Derives the keys.
     *
     * @throws InvalidRequestException if there is no secret, one is too short or obviously not made by chance, or both are the same
     */
    static LocalKeyWrapper of(LocalKeySettings settings) {
        Optional<String> secret = settings.secretKey();
        if (secret.isEmpty()) {
            throw new InvalidRequestException(
                    SETTING + ": is not set, and what is stored cannot be encrypted without it;"
                            + " make one with 'openssl rand -base64 32', and keep it where backups are not");
        }
        SecretStrength.fault(secret.get()).ifPresent(fault -> {
            throw new InvalidRequestException(SETTING + ": " + fault + "; make one with 'openssl rand -base64 32'."
                    + " If keys are wrapped by this one already, set " + PREVIOUS
                    + " to it until 'copilot store rewrap' has wrapped them by the new one");
        });
        Derived current = Derived.from(secret.get());
        List<Derived> all = new ArrayList<>(List.of(current));
        settings.secretKeyPrevious().ifPresent(before -> all.add(before(before, secret.get())));
        return new LocalKeyWrapper(current, all);
    }

    /** However weak it is: how else could it be replaced? */
    private static Derived before(String secret, String present) {
        if (secret.length() < FEWEST_CHARACTERS) {
            throw new InvalidRequestException(PREVIOUS + ": has " + secret.length()
                    + " characters, and no secret ever had less than " + FEWEST_CHARACTERS
                    + "; set it to the secret that keys were wrapped by before");
        } else if (secret.equals(present)) {
            throw new InvalidRequestException(PREVIOUS + ": is the same as " + SETTING
                    + "; set it to the secret before, or, if the secret does not change, leave it out");
        }
        return Derived.from(secret);
    }

    @Override
    public String keyId() {
        return current.id();
    }

    @Override
    public WrappedKey wrap(byte[] dataKey, Map<String, String> context) {
        try {
            return new WrappedKey(current.id(), VERSION, current.aead().encrypt(dataKey, bound(context)));
        } catch (GeneralSecurityException missing) {
            throw Ciphers.missing(missing);
        }
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, Map<String, String> context) {
        for (Derived one : all) {
            if (one.id().equals(wrapped.keyId())) {
                return unwrapped(one, wrapped, context);
            }
        }
        throw new InvalidRequestException(SETTING
                + ": is not the secret by which the keys of tenants are wrapped: theirs is '"
                + wrapped.keyId() + "', and the settings give " + all + "; set it to that secret again, or " + PREVIOUS
                + " while the keys are rotated");
    }

    private static byte[] unwrapped(Derived by, WrappedKey wrapped, Map<String, String> context) {
        if (wrapped.version() == VERSION) {
            try {
                return by.aead().decrypt(wrapped.bytes(), bound(context));
            } catch (GeneralSecurityException changed) {
                throw new ConflictException(
                        "a wrapped key is not the one that was wrapped for " + context + "; restore it from a backup");
            }
        }
        throw new ConflictException("a wrapped key is of version " + wrapped.version()
                + ", and this program knows version " + VERSION + "; use a newer one");
    }

    private static byte[] bound(Map<String, String> context) {
        Bound bound = Bound.to("data key");
        new TreeMap<>(context).forEach((name, value) -> bound.and(name).and(value));
        return bound.bytes();
    }

    @Override
    public void close() {
        // There is nothing that is open.
    }

    @Override
    public String toString() {
        return "LocalKeyWrapper" + all;
    }
}
