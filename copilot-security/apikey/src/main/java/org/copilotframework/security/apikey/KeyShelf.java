package org.copilotframework.security.apikey;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys in the store, which all nodes share. Safe for use by several threads. */
final class KeyShelf {
    private static final Logger LOG = LoggerFactory.getLogger(KeyShelf.class);
    private static final String PREFIX = "apikey/key/";

    /** Which ids a tenant has, so that a list of his keys reads no others. One that leads to no key means nothing. */
    private static final String TENANTS = "apikey/of/";

    private static final Payload THERE = Payload.of("1".getBytes(UTF_8));
    private static final int MOST_DAMAGED = 5;
    private static final long PAGE_BYTES = 8L << 20;

    private final KeyValues values;
    private final TenantId host;
    private final HashKeys by;
    private final Set<String> damaged = new ConcurrentSkipListSet<>();
    private final Map<String, HashKeys.Seal> unsound = new ConcurrentSkipListMap<>();

    KeyShelf(KeyValues values, TenantId host, HashKeys by) {
        this.values = values;
        this.host = host;
        this.by = by;
    }

    /**
     * A key as it is stored.
     *
     * @param key the key
     * @param version the version that a change expects
     */
    record Kept(KeyRecord key, long version) {}

    /** What is damaged, or of somebody who does not have the secret, is not there: nobody is let in by it. */
    Optional<Kept> read(String id) {
        return values.get(host, PREFIX + id).flatMap(this::parsed);
    }

    /** Adds a key, unless there is one of its id. */
    boolean insert(KeyRecord key) {
        // First, so that no key is left out of the list of its tenant.
        TenantId tenant = key.credential().order().tenant();
        values.compareAndSet(host, ValueChange.insert(of(tenant) + key.id(), THERE, null));
        return values.compareAndSet(host, ValueChange.insert(PREFIX + key.id(), key.payload(by), null))
                .isPresent();
    }

    private static String of(TenantId tenant) {
        return TENANTS + tenant + "/";
    }

    /** Puts a key in the place of what was read, unless somebody else has changed that. */
    boolean replace(Kept read, KeyRecord other) {
        Payload payload = other.payload(by);
        return values.compareAndSet(host, ValueChange.update(PREFIX + other.id(), read.version(), payload, null))
                .isPresent();
    }

    /** Removes a key, damaged or not. */
    boolean remove(String id) {
        for (Optional<StoredValue> there = values.get(host, PREFIX + id);
                there.isPresent();
                there = values.get(host, PREFIX + id)) {
            StoredValue stored = there.get();
            if (values.compareAndSet(host, ValueChange.delete(stored.key(), stored.version()))
                    .isPresent()) {
                parsed(stored).ifPresent(kept -> leave(kept.key()));
                damaged.remove(id);
                unsound.remove(id);
                return true;
            }
        }
        return false;
    }

    private void leave(KeyRecord key) {
        String place = of(key.credential().order().tenant()) + key.id();
        values.get(host, place)
                .ifPresent(there -> values.compareAndSet(host, ValueChange.delete(place, there.version())));
    }

    /**
     * A page in the order of the ids.
     *
     * @param tenant of this tenant only; null for all
     * @param after after this id; empty for the first page
     */
    List<KeyRecord> list(@Nullable TenantId tenant, String after, int limit) {
        String prefix = tenant == null ? PREFIX : of(tenant);
        List<KeyRecord> page = new ArrayList<>();
        String last = after.isEmpty() ? "" : prefix + after;
        while (page.size() < limit) {
            List<StoredValue> read = values.list(host, prefix, last, limit - page.size(), PAGE_BYTES);
            if (read.isEmpty()) {
                break;
            }
            for (StoredValue one : read) {
                last = one.key();
                Optional<Kept> kept = tenant == null ? parsed(one) : read(last.substring(prefix.length()));
                kept.map(Kept::key)
                        .filter(key -> tenant == null
                                || key.credential().order().tenant().equals(tenant))
                        .ifPresent(page::add);
            }
        }
        return page;
    }

    private Optional<Kept> parsed(StoredValue stored) {
        String id = stored.key().substring(PREFIX.length());
        try {
            Kept kept = new Kept(KeyRecord.parse(id, stored.value(), by), stored.version());
            unsound.remove(id);
            return Optional.of(kept);
        } catch (KeyRecord.UnsoundException other) {
            if (unsound.containsKey(id) || unsound.size() < MOST_DAMAGED) {
                if (unsound.put(id, other.seal()) != other.seal()) {
                    LOG.error("nobody is let in by the API key {}: {}", id, said(other.seal()));
                }
            }
            return Optional.empty();
        } catch (IllegalArgumentException other) {
            if (damaged.size() < MOST_DAMAGED && damaged.add(id)) {
                LOG.error(
                        "the API key {} is stored in a form that cannot be read, and nobody is let in by it: {}",
                        id,
                        other.getMessage());
            }
            return Optional.empty();
        }
    }

    List<String> troubles() {
        List<String> all = new ArrayList<>();
        if (!damaged.isEmpty()) {
            all.add("API keys are stored in a form that cannot be read (" + String.join(", ", damaged)
                    + "); restore them from a backup, or revoke them and make others");
        }
        for (HashKeys.Seal seal : HashKeys.Seal.values()) {
            List<String> ids = unsound.entrySet().stream()
                    .filter(one -> one.getValue() == seal)
                    .map(Map.Entry::getKey)
                    .toList();
            if (!ids.isEmpty()) {
                all.add("nobody is let in by API keys (" + String.join(", ", ids) + "): " + said(seal));
            }
        }
        return all;
    }

    private static String said(HashKeys.Seal seal) {
        return switch (seal) {
            case SOUND -> "they are sound";
            case PLAIN ->
                "they were stored without a secret, and there is one (SECRET_KEY); set"
                        + " copilot.security.apikey.accept-plain to true until they were used, or revoke them and make others";
            case UNKNOWN ->
                "they were stored with a secret that is not here; set copilot.security.apikey.secret"
                        + " (SECRET_KEY) or copilot.security.apikey.secret-previous (SECRET_KEY_PREVIOUS) to it, or revoke"
                        + " them and make others";
            case BROKEN ->
                "somebody without the secret has changed what is stored of them; find out who can write to"
                        + " the store, revoke them and make others";
        };
    }
}
