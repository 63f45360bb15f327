package org.copilotframework.api.spi.storage;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * Small values under keys: quotas, idempotency records, API keys. Each method sees one tenant only. A value whose time is over is
 * never seen again, whenever it is really deleted. Safe for use by several threads and processes.
 *
 * <p>The time of a value is told by the store's clock. A store without one goes by the clocks of the processes: then a value is
 * over earlier or later by as much as the clock of the one that reads differs from that of the one that wrote. Versions hold
 * all the same: who changes a value that somebody else has replaced, since it was over for him, changes nothing. So a value with
 * a time is no lease; a lease needs a run ({@link Runs#claim}), whose end no wall clock tells.
 */
public interface KeyValues {
    /** The longest key, in UTF-16 units. */
    int MAX_KEY = 512;

    /** The most values of one page. */
    int MAX_PAGE = 1_000;

    /**
     * Reads a value.
     *
     * @param tenant whose value
     * @param key which value: 1 to {@value #MAX_KEY} characters of well-formed Unicode without control characters
     * @return the value, or empty if there is none
     */
    Optional<StoredValue> get(TenantId tenant, String key);

    /**
     * Changes a value, if it is at the expected version.
     *
     * @param tenant whose value
     * @param change the change
     * @return the new version (0 for a deletion), or empty if the value is at another version and nothing was changed
     */
    OptionalLong compareAndSet(TenantId tenant, ValueChange change);

    /**
     * Adds to a counter, which begins at 0 when it is not there. Nothing tells an addition from its repetition: if this throws
     * {@link org.copilotframework.api.error.UnavailableException}, it may have been made, and who adds again may count twice.
     *
     * @param tenant whose counter
     * @param key which counter
     * @param delta what to add; may be below 0
     * @param ttl how long the counter lives from its beginning; later additions do not prolong it; above zero, or null for always
     * @return its new value
     * @throws org.copilotframework.api.error.ConflictException if the value under this key is no counter, or would overflow
     * @throws InvalidRequestException if the key or the time has another form
     */
    long add(TenantId tenant, String key, long delta, @Nullable Duration ttl);

    /**
     * Tells whether a value is a counter: whether it was {@link #add added} to last, not set. For copies of the store, which ask it
     * of decimal digits, since an encrypted store keeps counters, and nothing else, as they are; and of a text, to learn whether the
     * store can tell at all: one that cannot, as by default, takes every value for a counter, whatever it is. So does one that can,
     * of values that were written by a release of it that could not.
     *
     * @param tenant whose value
     * @param key which value
     * @return whether it may be a counter; false if it is not there
     */
    default boolean isCounter(TenantId tenant, String key) {
        return get(tenant, key).isPresent();
    }

    /**
     * Pages through a tenant's values, in the order of their keys by code point.
     *
     * @param tenant whose values
     * @param prefix what their keys begin with; empty for all
     * @param after list those after this key; empty for the first page
     * @param limit how many at most, from 1 to {@link #MAX_PAGE}
     * @param maxBytes stop before the value that would lead beyond so many bytes in all; the first is always read
     * @return the values; none only at the end
     * @throws InvalidRequestException if the limit is out of range
     */
    List<StoredValue> list(TenantId tenant, String prefix, String after, int limit, long maxBytes);

    /**
     * Tells how long a value still lives. For copies of the store.
     *
     * @param tenant whose value
     * @param key which value
     * @return the time that is left by the store's clock, above zero; empty if the value lives for always, or is not there
     */
    Optional<Duration> remaining(TenantId tenant, String key);

    /**
     * Checks the form of a key. Each implementation calls it where it is given one.
     *
     * @param key the key
     * @return the same key
     * @throws InvalidRequestException if it has another form
     */
    static String checkKey(String key) {
        Form.text("key", key, MAX_KEY);
        return key;
    }

    /**
     * Checks how long a value shall live. Each implementation calls it where it is given a time.
     *
     * @param ttl the time, or null for always
     * @return the same time
     * @throws InvalidRequestException if it is not above zero
     */
    static @Nullable Duration checkTtl(@Nullable Duration ttl) {
        Form.positive("ttl", ttl);
        return ttl;
    }
}
