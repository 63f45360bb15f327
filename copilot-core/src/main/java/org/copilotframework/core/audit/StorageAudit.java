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
import org.copilotframework.core.StoredAudit.Kept;
import org.copilotframework.core.naming.HostTenant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps entries in the storage, in values that are inserted and never written again: one of each, and one more under the name of the
 * tenant that it tells of, so that a page of these reads no others. They are the host's own, not those of that tenant: who erased a
 * tenant is known when the tenant is gone.
 */
public final class StorageAudit implements AuditSink {
    private static final Logger log = LoggerFactory.getLogger(StorageAudit.class);
    private static final String PREFIX = "audit/";
    private static final String TENANTS = "audit-of/";
    private static final Pattern PLACE = Pattern.compile("[0-9a-f]{16}-[0-9a-f]{8}");

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
        String place = inserted(entry);
        TenantId tenant = entry.tenant();
        if (tenant != null) {
            // The place is this entry's alone, so whatever is there is it.
            values.compareAndSet(HostTenant.ID, insert(of(tenant) + place, entry));
        }
    }

    private String inserted(AuditEntry entry) {
        for (int i = 0; i < TRIES; i++) {
            String place = place(entry.time());
            if (values.compareAndSet(HostTenant.ID, insert(PREFIX + place, entry))
                    .isPresent()) {
                return place;
            }
        }
        throw new UnavailableException("the storage keeps no new value, as if each were there already", Duration.ZERO);
    }

    private ValueChange insert(String key, AuditEntry entry) {
        return ValueChange.insert(key, AuditForm.store(entry), keep);
    }

    private static String of(TenantId tenant) {
        return TENANTS + tenant + "/";
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

    /** As {@link StoredAudit#list} promises it. */
    List<Kept> list(@Nullable TenantId tenant, @Nullable String after, int limit) {
        if (limit < 1 || limit > KeyValues.MAX_PAGE) {
            throw new InvalidRequestException(
                    "limit is " + limit + "; from 1 to " + KeyValues.MAX_PAGE + " are listed");
        } else if (after != null && !PLACE.matcher(after).matches()) {
            throw new InvalidRequestException(
                    "after is no place of an entry; give the place of the last one that was listed");
        }
        String prefix = tenant == null ? PREFIX : of(tenant);
        List<Kept> found = new ArrayList<>();
        String key = after == null ? "" : prefix + after;
        List<StoredValue> page = page(prefix, key, limit);
        while (!page.isEmpty()) {
            for (StoredValue one : page) {
                key = one.key();
                AuditEntry entry = read(one);
                if (entry != null) {
                    found.add(new Kept(key.substring(prefix.length()), entry));
                }
            }
            page = found.size() < limit ? page(prefix, key, limit - found.size()) : List.of();
        }
        return found;
    }

    private List<StoredValue> page(String prefix, String after, int limit) {
        return values.list(HostTenant.ID, prefix, after, limit, PAGE_BYTES);
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
