package org.copilotframework.security.apikey;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.AuthenticatorContext;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;
import org.copilotframework.api.spi.authentication.UseLimit;
import org.jspecify.annotations.Nullable;

/** Recognises the one key of the settings and those of the store. */
final class ApiKeyAuthenticator implements Authenticator {
    private static final String HEADER = "x-api-key";

    private final GlobalKey global;
    private final HashKeys hashes;
    private final KeyShelf shelf;
    private final KeyMemory memory;
    private final MinuteLimits limits;
    private final InstantSource clock;
    private final ApiKeyAdmin admin;

    private ApiKeyAuthenticator(
            GlobalKey global,
            HashKeys hashes,
            KeyShelf shelf,
            KeyMemory memory,
            MinuteLimits limits,
            InstantSource clock,
            ApiKeyAdmin admin) {
        this.global = global;
        this.hashes = hashes;
        this.shelf = shelf;
        this.memory = memory;
        this.limits = limits;
        this.clock = clock;
        this.admin = admin;
    }

    /**
     * Opens it.
     *
     * @param clock when keys expire
     * @param nanos how old what is remembered is
     * @throws org.copilotframework.api.error.InvalidRequestException if a setting is wrong
     */
    static ApiKeyAuthenticator open(
            ApiKeySettings settings,
            AuthenticatorContext context,
            SecureRandom random,
            InstantSource clock,
            LongSupplier nanos) {
        if (settings.tenant().equals(context.host().value())) {
            throw new InvalidRequestException("copilot.security.apikey.tenant: nobody is let in as '" + context.host()
                    + "', which is the host's own; name another tenant");
        }
        GlobalKey global = GlobalKey.of(settings);
        HashKeys hashes = HashKeys.of(settings);
        KeyShelf shelf = new KeyShelf(context.values(), context.host(), hashes);
        KeyMemory memory = new KeyMemory(shelf, settings.remember(), nanos);
        MinuteLimits limits = new MinuteLimits(context.values(), context.host(), clock);
        ApiKeyAdmin admin = new ApiKeyAdmin(shelf, memory, hashes, context.host(), random, clock);
        return new ApiKeyAuthenticator(global, hashes, shelf, memory, limits, clock, admin);
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        return recognised(credentials, true);
    }

    @Override
    public Optional<Identity> recogniseAgain(Credentials credentials) {
        return recognised(credentials, false);
    }

    private Optional<Identity> recognised(Credentials credentials, boolean request) {
        List<String> sent = credentials.headers().getOrDefault(HEADER, List.of());
        if (sent.isEmpty()) {
            return Optional.empty();
        }
        String text =
                sent.get(0).length() > 2 * GlobalKey.LONGEST ? "" : sent.get(0).strip();
        if (sent.size() > 1 || !GlobalKey.isSendable(text)) {
            throw refused("it is there " + sent.size() + " times, or no text that is a key");
        }
        Optional<Identity> one = global.recognise(text);
        if (one.isPresent()) {
            return one;
        }
        KeyText key = KeyText.parse(text)
                .orElseThrow(() -> refused("it is neither the one of the settings nor of the form of the others"));
        return Optional.of(stored(key, request));
    }

    private Identity stored(KeyText sent, boolean request) {
        Instant now = clock.instant();
        KeyMemory.Look look = memory.get(sent.id());
        Fit fit = fit(sent, look.kept(), now);
        if (fit == null) {
            fit = fit(sent, memory.again(sent.id(), look), now);
        }
        if (fit == null) {
            throw refused(sent.id() + ": there is none, or its secret is another");
        }
        CredentialOrder order = fit.kept().key().credential().order();
        if (fit.until() != null && !now.isBefore(fit.until())) {
            throw refused(sent.id() + ": it is over");
        }
        Integer perMinute = order.perMinute();
        UseLimit limit = null;
        if (request) {
            limit = perMinute == null ? null : limits.take(sent.id(), perMinute);
            admin.hashAnew(fit.kept(), sent);
        }
        return new Identity(
                new Principal(order.subject(), order.scopes()),
                order.tenant(),
                Set.of(),
                "apikey:" + sent.id(),
                fit.until(),
                false,
                limit);
    }

    /**
     * A key that fits.
     *
     * @param kept the key
     * @param until how long it does; null if for always
     */
    private record Fit(KeyShelf.Kept kept, @Nullable Instant until) {}

    /** Compares with all that there is, whether or not the first fits. */
    private @Nullable Fit fit(KeyText sent, Optional<KeyShelf.Kept> found, Instant now) {
        if (found.isEmpty()) {
            hashes.matchesNothing(sent.text());
            return null;
        }
        KeyShelf.Kept kept = found.get();
        Instant expires = kept.key().credential().order().expires();
        boolean present = hashes.matches(sent.text(), kept.key().hashes());
        KeyRecord.Before before = kept.key().before();
        if (before != null && now.isBefore(before.until()) && hashes.matches(sent.text(), before.hashes())) {
            Instant until = before.until();
            return new Fit(kept, expires != null && expires.isBefore(until) ? expires : until);
        }
        return present ? new Fit(kept, expires) : null;
    }

    /** Why is for the audit: the host tells the caller no more than that it is not valid. */
    private static UnauthenticatedException refused(String why) {
        return new UnauthenticatedException("the key in the header X-API-KEY is not valid: " + why);
    }

    @Override
    public List<String> challenges() {
        return List.of("ApiKey realm=\"copilot\"");
    }

    @Override
    public Optional<CredentialAdmin> admin() {
        return Optional.of(admin);
    }

    @Override
    public List<String> troubles() {
        List<String> all = new ArrayList<>(hashes.troubles());
        all.addAll(shelf.troubles());
        return all;
    }

    @Override
    public void close() {
        // There is nothing that is open.
    }
}
