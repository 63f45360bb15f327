package org.copilotframework.security.apikey;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.authentication.Credential;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.IssuedCredential;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, lists, rotates and revokes keys. */
final class ApiKeyAdmin implements CredentialAdmin {
    private static final Logger LOG = LoggerFactory.getLogger(ApiKeyAdmin.class);
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(90);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int TRIES = 10;

    private final KeyShelf shelf;
    private final KeyMemory memory;
    private final HashKeys hashes;
    private final TenantId host;
    private final SecureRandom random;
    private final InstantSource clock;

    /** When a store that could not be written to is tried again by those who only ask to be let in. */
    private volatile Instant notBefore = Instant.EPOCH;

    ApiKeyAdmin(
            KeyShelf shelf,
            KeyMemory memory,
            HashKeys hashes,
            TenantId host,
            SecureRandom random,
            InstantSource clock) {
        this.shelf = shelf;
        this.memory = memory;
        this.hashes = hashes;
        this.host = host;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public IssuedCredential create(CredentialOrder order) {
        Instant now = now();
        check(order, now);
        for (int i = 0; i < TRIES; i++) {
            KeyText text = KeyText.make(random);
            Credential credential = new Credential(text.id(), order, now, now);
            if (shelf.insert(new KeyRecord(credential, hashes.hashes(text.text()), null))) {
                memory.forget(text.id());
                return new IssuedCredential(credential, text.text());
            }
        }
        throw new IllegalStateException("no id was free in " + TRIES + " tries; the source of chance is broken");
    }

    private void check(CredentialOrder order, Instant now) {
        new Principal(order.subject(), order.scopes());
        Scopes.check("scopes", order.scopes());
        Integer perMinute = order.perMinute();
        if (perMinute != null && perMinute < 1) {
            throw new InvalidRequestException("perMinute: is " + perMinute + ", and must be at least 1, or left out");
        }
        Instant expires = order.expires();
        if (expires != null && !expires.isAfter(now)) {
            throw new InvalidRequestException("expires: " + expires + " is over already; it is " + now);
        }
        if (order.tenant().equals(host)) {
            throw new InvalidRequestException("tenant: nobody is let in as '" + host + "', which is the host's own");
        }
    }

    @Override
    public Optional<Credential> find(String id) {
        return read(id).map(kept -> kept.key().credential());
    }

    @Override
    public List<Credential> list(@Nullable TenantId tenant, @Nullable String after, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new InvalidRequestException("limit: is " + limit + ", and must be from 1 to " + MAX_PAGE);
        }
        return shelf.list(tenant, after == null ? "" : after, limit).stream()
                .map(KeyRecord::credential)
                .toList();
    }

    @Override
    public IssuedCredential rotate(String id, Duration overlap) {
        if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
            throw new InvalidRequestException("overlap: must be from none to " + LONGEST_OVERLAP.toDays()
                    + " days; both secrets are good for as long");
        }
        for (int i = 0; i < TRIES; i++) {
            KeyShelf.Kept kept = read(id).orElseThrow(() -> new NotFoundException("there is no such API key"));
            Instant now = now();
            checkRotatable(kept.key(), overlap, now);
            KeyText text = KeyText.make(id, random);
            KeyRecord changed =
                    kept.key().rotated(hashes.hashes(text.text()), now, overlap.isZero() ? null : now.plus(overlap));
            if (shelf.replace(kept, changed)) {
                memory.forget(id);
                return new IssuedCredential(changed.credential(), text.text());
            }
        }
        throw new ConflictException("the API key " + id + " is changed by somebody else all the time; try again");
    }

    private static void checkRotatable(KeyRecord key, Duration overlap, Instant now) {
        Instant expires = key.credential().order().expires();
        if (expires != null && !expires.isAfter(now)) {
            throw new ConflictException("the API key " + key.id() + " has ended at " + expires
                    + ", and another secret would have as well; make another key");
        }
        KeyRecord.Before before = key.before();
        if (!overlap.isZero() && before != null && now.isBefore(before.until())) {
            throw new ConflictException("the API key " + key.id() + " was rotated, and the secret before is good until "
                    + before.until() + "; rotate it after that, or without an overlap, which ends all others at once");
        }
    }

    @Override
    public boolean revoke(String id) {
        boolean removed = KeyText.isId(id) && shelf.remove(id);
        memory.forget(id);
        return removed;
    }

    /** Looks at all keys there are, so that none is left out, whatever the list of a tenant says. */
    @Override
    public int revokeAll(TenantId tenant) {
        int revoked = 0;
        String last = "";
        for (List<KeyRecord> page = shelf.list(null, last, MAX_PAGE);
                !page.isEmpty();
                page = shelf.list(null, last, MAX_PAGE)) {
            for (KeyRecord one : page) {
                last = one.id();
                boolean his = one.credential().order().tenant().equals(tenant);
                revoked += his && revoke(last) ? 1 : 0;
            }
        }
        return revoked;
    }

    /** Has a key that is in use hashed by the present secret as well, so that the one before can be given up. */
    void hashAnew(KeyShelf.Kept kept, KeyText text) {
        KeyRecord key = kept.key();
        Instant now = clock.instant();
        if (!hashes.areOfBefore(key.hashes())
                || now.isBefore(notBefore)
                || !hashes.matches(text.text(), key.hashes())) {
            return;
        }
        try {
            if (shelf.replace(kept, key.hashedAs(hashes.hashes(text.text())))) {
                LOG.info("the API key {} is hashed by the present secret, too, from now on", key.id());
            }
            memory.forget(key.id());
        } catch (UnavailableException later) {
            notBefore = now.plus(PAUSE);
            LOG.debug("the API key {} is still hashed as before", key.id(), later);
        }
    }

    private Optional<KeyShelf.Kept> read(String id) {
        return KeyText.isId(id) ? shelf.read(id) : Optional.empty();
    }

    /** To the millisecond, as it is shown everywhere. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
