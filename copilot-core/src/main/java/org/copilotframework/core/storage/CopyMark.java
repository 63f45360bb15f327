package org.copilotframework.core.storage;

import java.nio.charset.StandardCharsets;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.ValueChange;

/**
 * Tells a store that a copy was begun into from one that somebody uses: a value of a tenant of its own, written before anything
 * is copied and deleted when both stores are the same. It belongs to neither.
 */
final class CopyMark {
    static final TenantId TENANT = new TenantId("copilot.store-copy");
    private static final String KEY = "unfinished";
    private static final Payload VALUE =
            Payload.of("a copy into this store was begun and has not ended".getBytes(StandardCharsets.US_ASCII));

    private final Storage target;

    CopyMark(Storage target) {
        this.target = target;
    }

    static void refuseUnfinished(Storage source) {
        if (source.values().get(TENANT, KEY).isPresent()) {
            throw new ConflictException(
                    "a copy into the source was begun and has not ended; end it first, or copy from another store");
        }
    }

    /** The data of a tenant of this very name could not be told from the mark. */
    static void refuseTenant(Storage store, String which) {
        boolean used = !store.sessions().list(TENANT, null, 1).isEmpty()
                || !store.runs().list(TENANT, null, null, 1).isEmpty()
                || store.values().list(TENANT, "", "", 2, Long.MAX_VALUE).stream()
                        .anyMatch(value -> !value.key().equals(KEY));
        if (used) {
            throw new ConflictException("the " + which + " has data of a tenant named '" + TENANT
                    + "', which is the name of the mark of a copy; give that tenant another name, and erase this one");
        }
    }

    boolean isThere() {
        return target.values().get(TENANT, KEY).isPresent();
    }

    /** Only a store that cannot tell takes a text for a counter. */
    boolean isTakenForACounter() {
        return target.values().isCounter(TENANT, KEY);
    }

    void set() {
        if (!isThere()) {
            target.values().compareAndSet(TENANT, ValueChange.insert(KEY, VALUE, null));
        }
    }

    void remove() {
        target.values()
                .get(TENANT, KEY)
                .ifPresent(mark -> target.values().compareAndSet(TENANT, ValueChange.delete(KEY, mark.version())));
    }
}
