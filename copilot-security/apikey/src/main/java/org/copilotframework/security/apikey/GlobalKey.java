package org.copilotframework.security.apikey;

import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.api.spi.authentication.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one key of the settings, and what it was before while it is changed. Safe for use by several threads. */
final class GlobalKey {
    static final int LONGEST = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(GlobalKey.class);
    private static final String SETTING = "copilot.security.apikey.key (in the environment API_KEY)";
    private static final int SHORT = 32;

    private final Optional<Secret> key;
    private final Identity identity;

    /** The hash of what the setting was last, which changes seldom. */
    private volatile Hashed hashed = new Hashed("", new byte[0]);

    private record Hashed(String value, byte[] hash) {
        @Override
        public String toString() {
            return "Hashed";
        }
    }

    private GlobalKey(Optional<Secret> key, Identity identity) {
        this.key = key;
        this.identity = identity;
    }

    /**
     * Checks it.
     *
     * @throws InvalidRequestException if a header cannot carry it, or what it stands for has another form
     */
    static GlobalKey of(ApiKeySettings settings) {
        settings.key().map(Secret::value).ifPresent(value -> {
            if (!isSendable(value)) {
                throw new InvalidRequestException(SETTING + ": has 1 to " + LONGEST
                        + " printable characters of ASCII, none of them a blank, as a header can carry them; this one has not."
                        + " Make one with 'openssl rand -base64 32'");
            }
            if (value.length() < SHORT) {
                LOG.warn(
                        "{} has less than {} characters, and can be guessed; make one with 'openssl rand -base64 32'",
                        SETTING,
                        SHORT);
            }
        });
        return new GlobalKey(
                settings.key(),
                new Identity(
                        new Principal(settings.subject(), Set.copyOf(settings.scopes())),
                        new TenantId(settings.tenant()),
                        Set.copyOf(settings.tenants()),
                        "apikey:settings",
                        null,
                        true,
                        null));
    }

    /** Whether a header can carry it as it is. */
    static boolean isSendable(String text) {
        return !text.isEmpty() && text.length() <= LONGEST && isPrintable(text);
    }

    private static boolean isPrintable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** Who it is, if a text is the key. Compares hashes, in a time that tells nothing. */
    Optional<Identity> recognise(String text) {
        byte[] sent = HashKey.NONE.hash(text);
        boolean same = false;
        if (key.isPresent()) {
            Secret now = key.get();
            same = is(now.value(), sent);
            same |= now.previous().map(before -> is(before, sent)).orElse(false);
        }
        return same ? Optional.of(identity) : Optional.empty();
    }

    private boolean is(String value, byte[] sent) {
        Hashed known = hashed;
        if (!known.value().equals(value)) {
            known = new Hashed(value, HashKey.NONE.hash(value));
            hashed = known;
        }
        return MessageDigest.isEqual(known.hash(), sent);
    }
}
