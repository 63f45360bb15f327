package org.copilotframework.security.encryption;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * The tenants' keys in memory. One is used for a time without a look, then it is looked whether it still lies in its place; half its
 * life after the wrapper gave it, the wrapper is asked again. While one thread asks, the others use the key that they have. Safe for
 * use by several threads.
 */
final class DataKeys {
    private static final int MOST = 10_000;
    private static final int LOCKS = 64;
    private static final Duration RETRY = Duration.ofSeconds(10);

    /** A key, what lay in its place, when that was looked at, and when the wrapper gave it. */
    private record Held(TenantKey key, KeyRecord record, long checked, long given) {}

    private final KeyBook book;
    private final long check;
    private final long life;
    private final LongSupplier clock;
    private final Map<TenantId, Held> held = new ConcurrentHashMap<>();
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];
    private final Troubles troubles;

    DataKeys(KeyBook book, AeadSettings settings, LongSupplier clock) {
        this.book = book;
        this.check = settings.keyCheck().toNanos();
        this.life = settings.keyLife().toNanos();
        this.clock = clock;
        this.troubles = new Troubles(settings.keyLife());
        Arrays.setAll(locks, i -> new ReentrantLock());
    }

    /** The key that a tenant's data is encrypted with; makes one if there is none. */
    TenantKey forWriting(TenantId tenant) {
        Held here = fresh(tenant);
        if (here == null) {
            here = looked(tenant, true);
        }
        // One is made if there is none.
        return Objects.requireNonNull(here).key();
    }

    /** The key of a name; empty if it is not the tenant's, or not any more. */
    Optional<TenantKey> named(TenantId tenant, byte[] stored, int from) {
        Held here = fresh(tenant);
        if (here == null || !here.key().named(stored, from)) {
            // Another node may have made the tenant anew since this one looked.
            here = here == null ? looked(tenant, false) : relooked(tenant);
        }
        return here != null && here.key().named(stored, from) ? Optional.of(here.key()) : Optional.empty();
    }

    /** Whether a tenant has a key, which the wrapper gives. Unlike the others this says if the wrapper has not the right key. */
    boolean proven(TenantId tenant) {
        Optional<KeyRecord> record = book.read(tenant);
        record.ifPresent(one -> book.unwrapped(tenant, one));
        return record.isPresent();
    }

    void destroy(TenantId tenant) {
        ReentrantLock lock = lock(tenant);
        lock.lock();
        try {
            book.destroy(tenant);
            held.remove(tenant);
        } finally {
            lock.unlock();
        }
    }

    void forget() {
        held.clear();
    }

    List<String> troubles() {
        return troubles.list();
    }

    /** Where the keys lie, for messages. */
    String place() {
        return book.toString();
    }

    private @Nullable Held fresh(TenantId tenant) {
        Held here = held.get(tenant);
        return here != null && clock.getAsLong() - here.checked() < check && alive(here) ? here : null;
    }

    private boolean alive(Held one) {
        return clock.getAsLong() - one.given() < life;
    }

    private @Nullable Held looked(TenantId tenant, boolean create) {
        ReentrantLock lock = lock(tenant);
        Held before = held.get(tenant);
        if (before == null || !alive(before)) {
            lock.lock();
        } else if (!lock.tryLock()) {
            return before;
        }
        try {
            Held since = fresh(tenant);
            return since != null ? since : asked(tenant, create);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Held relooked(TenantId tenant) {
        ReentrantLock lock = lock(tenant);
        lock.lock();
        try {
            return asked(tenant, false);
        } finally {
            lock.unlock();
        }
    }

    /** Asks the place, and the wrapper if need be. The caller has the tenant's lock. */
    private @Nullable Held asked(TenantId tenant, boolean create) {
        Held before = held.get(tenant);
        try {
            Held now = given(tenant, before, create);
            if (now == null) {
                held.remove(tenant);
            } else {
                keep(tenant, now);
            }
            troubles.over();
            return now;
        } catch (InvalidRequestException wrongKey) {
            return usedOn(tenant, before, new UnavailableException(wrongKey.getMessage(), RETRY, wrongKey));
        } catch (UnavailableException down) {
            return usedOn(tenant, before, down);
        }
    }

    private @Nullable Held given(TenantId tenant, @Nullable Held before, boolean create) {
        while (true) {
            long now = clock.getAsLong();
            KeyRecord record = book.read(tenant).orElse(null);
            if (record == null) {
                if (!create) {
                    return null;
                }
                TenantKey made = book.created(tenant);
                record = made == null ? null : book.read(tenant).orElse(null);
                if (record != null && made != null && Arrays.equals(record.id(), made.id())) {
                    return new Held(made, record, now, now);
                }
            } else if (before != null
                    && now - before.given() < life / 2
                    && Arrays.equals(record.id(), before.record().id())) {
                return new Held(before.key(), record, now, before.given());
            } else {
                return new Held(book.unwrapped(tenant, record), record, now, now);
            }
        }
    }

    /** A key that is still alive is used on; the next attempt is made when it is to be looked at again. */
    private Held usedOn(TenantId tenant, @Nullable Held before, UnavailableException down) {
        troubles.begin(down.getMessage());
        if (before == null || !alive(before)) {
            held.remove(tenant);
            throw down;
        }
        Held on = new Held(before.key(), before.record(), clock.getAsLong(), before.given());
        keep(tenant, on);
        return on;
    }

    private void keep(TenantId tenant, Held one) {
        if (held.size() >= MOST && !held.containsKey(tenant)) {
            held.keySet().stream().findAny().ifPresent(held::remove);
        }
        held.put(tenant, one);
    }

    private ReentrantLock lock(TenantId tenant) {
        return locks[Math.floorMod(tenant.hashCode(), LOCKS)];
    }
}
