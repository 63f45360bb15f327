package org.copilotframework.core.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.audit.AuditSink;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.StoredAudit;
import org.copilotframework.core.naming.HostTenant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps entries in the storage, one value each, which is inserted and never written again. They are the host's own, not those of the
 * tenant that they tell of: who erased a tenant is known when the tenant is gone.
 */
public final class StorageAudit implements AuditSink, StoredAudit {
    private static final Logger log = LoggerFactory.getLogger(StorageAudit.class);
    private static final String PREFIX = "audit/";
    private static final Pattern PLACE = Pattern.compile("[0-9a-f]{16}-[0-9a-f]{8}");
    private static final int PAGE = 500;

    /** Two nodes choose one place with a chance of one in four thousand million, within the same microsecond. */
    private static final int TRIES = 3;

    private static final long PAGE_BYTES = 8L << 20;

    private final KeyValues values;
    private final Duration keep;
    private final AtomicLong last = new AtomicLong();

    /**
     * Uses a storage.
     *
     * @param values its values
     * @param keep how long an entry is kept
     */
    public StorageAudit(KeyValues values, Duration keep) {
        this.values = values;
        this.keep = keep;
    }

    @Override
    public void take(AuditEntry entry) {
        for (int i = 0; i < TRIES; i++) {
            ValueChange insert = ValueChange.insert(PREFIX + place(entry.time()), AuditForm.store(entry), keep);
            if (values.compareAndSet(HostTenant.ID, insert).isPresent()) {
                return;
            }
        }
        throw new UnavailableException("the storage keeps no new value, as if each were there already", Duration.ZERO);
    }

    /** The later, the lower, so that a page begins with the latest; of one process each is lower than the one before it. */
    private String place(Instant time) {
        long micros = time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
        long own = last.updateAndGet(before -> Math.max(before + 1, micros));
        return String.format(
                Locale.ROOT,
                "%016x-%08x",
                Long.MAX_VALUE - own,
                ThreadLocalRandom.current().nextInt());
    }

    @Override
    public List<Kept> list(@Nullable TenantId tenant, @Nullable String after, int limit) {
        if (limit < 1 || limit > KeyValues.MAX_PAGE) {
            throw new InvalidRequestException(
                    "limit is " + limit + "; from 1 to " + KeyValues.MAX_PAGE + " are listed");
        } else if (after != null && !PLACE.matcher(after).matches()) {
            throw new InvalidRequestException(
                    "after is no place of an entry; give the place of the last one that was listed");
        }
        List<Kept> found = new ArrayList<>();
        String key = after == null ? "" : PREFIX + after;
        List<StoredValue> page = page(key);
        while (!page.isEmpty() && found.size() < limit) {
            for (StoredValue one : page) {
                key = one.key();
                AuditEntry entry = read(one);
                if (entry != null && (tenant == null || tenant.equals(entry.tenant())) && found.size() < limit) {
                    found.add(new Kept(key.substring(PREFIX.length()), entry));
                }
            }
            page = found.size() < limit ? page(key) : List.of();
        }
        return found;
    }

    private List<StoredValue> page(String after) {
        return values.list(HostTenant.ID, PREFIX, after, PAGE, PAGE_BYTES);
    }

    private static @Nullable AuditEntry read(StoredValue value) {
        try {
            AuditEntry entry = AuditForm.read(value.value()).orElse(null);
            if (entry == null) {
                log.warn("The entry {} of the audit is in a form that this release does not know", value.key());
            }
            return entry;
        } catch (UnavailableException unreadable) {
            log.warn("The entry {} of the audit cannot be read; the others are listed", value.key(), unreadable);
            return null;
        }
    }
}
