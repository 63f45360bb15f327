package org.copilotframework.security.jwt;

import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * Where an issuer publishes its keys: as the settings say, or as it says itself by OpenID Connect Discovery or RFC 8414. Used by one
 * thread at a time.
 */
final class IssuerPages {
    private static final String SETTING = "copilot.security.jwt.";

    /** So often keys are read from where they were found, and then they are looked for anew. */
    private static final int MOST_READINGS = 12;

    private final String issuer;
    private final @Nullable URI fixed;
    private final Duration timeout;
    private final boolean plainHttp;
    private @Nullable Documents documents;
    private @Nullable URI discovered;
    private int readings;

    /**
     * Checks the addresses.
     *
     * @throws InvalidRequestException if one is none, or not of TLS
     */
    IssuerPages(String issuer, JwtSettings settings) {
        this.issuer = issuer;
        this.fixed = settings.jwksUri().orElse(null);
        this.timeout = settings.timeout();
        this.plainHttp = settings.plainHttp();
        URI first = fixed == null ? address(issuer) : fixed;
        if (!isAllowed(first)) {
            throw new InvalidRequestException(SETTING + (fixed == null ? "issuer" : "jwks-uri") + ": '" + first
                    + "' must be an https:// address; http:// is for this machine (localhost), or with " + SETTING
                    + "plain-http=true");
        }
    }

    private static URI address(String issuer) {
        try {
            return URI.create(issuer);
        } catch (IllegalArgumentException none) {
            throw new InvalidRequestException(
                    SETTING + "issuer: is no address, so its keys are not found by it; set " + SETTING + "jwks-uri");
        }
    }

    private boolean isAllowed(URI address) {
        String host = address.getHost();
        boolean here = host != null && (host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]"));
        return host != null
                && ("https".equalsIgnoreCase(address.getScheme())
                        || ("http".equalsIgnoreCase(address.getScheme()) && (here || plainHttp)));
    }

    /**
     * Reads the keys, within the time that the settings give for all of it.
     *
     * @throws IOException if they cannot be had
     * @throws InterruptedException if the thread is to end
     */
    KeySet read() throws IOException, InterruptedException {
        long until = System.nanoTime() + timeout.toNanos();
        if (fixed != null) {
            return keys(fixed, until);
        }
        URI known = discovered;
        if (known != null) {
            readings++;
            try {
                return keys(known, until);
            } catch (Documents.OtherAnswerException moved) {
                discovered = null;
            } catch (IOException gone) {
                // Perhaps they are elsewhere by now; there is no time left to look for them in this reading.
                discovered = null;
                throw gone;
            } finally {
                if (readings >= MOST_READINGS) {
                    discovered = null;
                }
            }
        }
        URI found = discover(until);
        KeySet keys = keys(found, until);
        discovered = found;
        readings = 0;
        return keys;
    }

    private KeySet keys(URI from, long until) throws IOException, InterruptedException {
        String text = documents().read(from, until);
        try {
            return KeySet.parse(text);
        } catch (IOException wrong) {
            throw new IOException(from + " gives no keys: " + wrong.getMessage(), wrong);
        }
    }

    private URI discover(long until) throws IOException, InterruptedException {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        URI page = URI.create(base + "/.well-known/openid-configuration");
        try {
            return keysOf(page, documents().read(page, until));
        } catch (Documents.OtherAnswerException none) {
            if (none.status() != 404) {
                throw none;
            }
        }
        URI whole = URI.create(base);
        URI other = URI.create(whole.getScheme() + "://" + whole.getRawAuthority()
                + "/.well-known/oauth-authorization-server" + whole.getRawPath());
        return keysOf(other, documents().read(other, until));
    }

    /** Where the keys are, as a page of the issuer says. It must be of this very issuer. */
    private URI keysOf(URI page, String json) throws IOException {
        Map<String, Object> said;
        try {
            said = JsonObjects.parse(json);
        } catch (ParseException wrong) {
            throw new IOException(page + " is no JSON object", wrong);
        }
        if (!issuer.equals(said.get("issuer"))) {
            throw new IOException(page + " is of another issuer than " + SETTING
                    + "issuer says: that must be written exactly as" + " there, with or without a slash at its end");
        }
        try {
            if (said.get("jwks_uri") instanceof String keys && isAllowed(URI.create(keys))) {
                return URI.create(keys);
            }
        } catch (IllegalArgumentException none) {
            throw new IOException(page + " has a jwks_uri that is no address", none);
        }
        throw new IOException(page + " has no jwks_uri with https://");
    }

    private Documents documents() {
        Documents made = documents;
        if (made == null) {
            made = new Documents(timeout);
            documents = made;
        }
        return made;
    }
}
