package org.copilotframework.core.storage;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/** Copies one value with the time that is left to it. */
final class ValueCopy {
    private static final int LONGEST_NUMBER = 20;
    private static final Pattern NUMBER = Pattern.compile("0|-?[1-9][0-9]*");

    private final KeyValues source;
    private final KeyValues target;
    private final CopyMark mark;

    ValueCopy(Storage source, Storage target) {
        this.source = source.values();
        this.target = target.values();
        this.mark = new CopyMark(target);
    }

    /** Whether a value of the source is a counter, or may be one. */
    boolean isCounter(TenantId tenant, StoredValue value) {
        return count(value.value()) != null && source.isCounter(tenant, value.key());
    }

    void copy(TenantId tenant, String key) {
        // In this order: a value whose time ends in between is gone, and does not seem to live for always.
        Duration left = source.remaining(tenant, key).orElse(null);
        StoredValue value = source.get(tenant, key).orElse(null);
        if (value == null) {
            return;
        }
        Long digits = count(value.value());
        // What only looks like a counter must not become one: an encrypted store keeps counters, and nothing else, as
        // they are.
        Long count = digits != null && source.isCounter(tenant, key) ? digits : null;
        Optional<StoredValue> there = target.get(tenant, key);
        if (there.isPresent()
                && there.get().value().equals(value.value())
                && (digits == null || isOfThisKind(tenant, key, count != null))) {
            return;
        }
        there.ifPresent(old -> target.compareAndSet(tenant, ValueChange.delete(key, old.version())));
        if (count != null) {
            target.add(tenant, key, count, left);
        } else if (target.compareAndSet(tenant, ValueChange.insert(key, value.value(), left))
                .isEmpty()) {
            throw new ConflictException("value '" + key + "' of tenant '" + tenant
                    + "' was changed in the target; stop the processes that use it, and copy again");
        }
    }

    /** A target that cannot tell is not asked: else it would be written to anew whenever a copy is repeated. */
    private boolean isOfThisKind(TenantId tenant, String key, boolean counter) {
        boolean counterThere = target.isCounter(tenant, key);
        return counterThere == counter || (counterThere && mark.isTakenForACounter());
    }

    /** Some stores let only those values be counted on that counting began; whoever reads one sees the digits either way. */
    private static @Nullable Long count(Payload value) {
        if (value.bytes().length > LONGEST_NUMBER) {
            return null;
        }
        String text = new String(value.bytes(), StandardCharsets.US_ASCII);
        if (!NUMBER.matcher(text).matches()) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException larger) {
            return null;
        }
    }
}
