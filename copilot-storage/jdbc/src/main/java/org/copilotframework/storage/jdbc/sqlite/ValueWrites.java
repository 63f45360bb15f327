package org.copilotframework.storage.jdbc.sqlite;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.storage.jdbc.sql.Conflicts;
import org.copilotframework.storage.jdbc.sql.Micros;
import org.jspecify.annotations.Nullable;

/**
 * Writes values, within a transaction of the writer. A counter is a value whose content is its decimal digits, and which was added
 * to last: then {@code counted} is its version, and else the negative of it.
 */
final class ValueWrites {
    /** Versions of a new value begin below this, so that they grow for ever and never come again. */
    private static final long NEW_VERSIONS = 1L << 52;

    private static final int DIGITS = 20;

    private static final String FIND = "SELECT version, expires, substr(content, 1, " + (DIGITS + 1)
            + ") FROM copilot_value WHERE tenant = ? AND name = ?";
    private static final String PUT = "INSERT INTO copilot_value (tenant, name, version, counted, expires, content)"
            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, name) DO UPDATE SET version = excluded.version,"
            + " counted = excluded.counted, expires = excluded.expires, content = excluded.content";
    private static final String COUNT =
            "UPDATE copilot_value SET version = ?1, counted = ?1, content = ?2 WHERE tenant = ?3 AND name = ?4";
    private static final String DELETE = "DELETE FROM copilot_value WHERE tenant = ? AND name = ?";

    /** A value as it is; version 0 if there is none, or its time is over. */
    private record Found(long version, byte[] digits) {}

    private static final Found NONE = new Found(0, new byte[0]);

    private final Statements statements;

    ValueWrites(Statements statements) {
        this.statements = statements;
    }

    private Found find(TenantId tenant, String key, long now) throws SQLException {
        return statements.query(
                FIND,
                rows -> {
                    if (!rows.next()) {
                        return NONE;
                    }
                    long expires = rows.getLong(2);
                    boolean over = !rows.wasNull() && expires <= now;
                    return over ? NONE : new Found(rows.getLong(1), rows.getBytes(3));
                },
                tenant.value(),
                key);
    }

    OptionalLong compareAndSet(TenantId tenant, ValueChange change, long now) throws SQLException {
        long version = find(tenant, change.key(), now).version();
        return version == change.expected()
                ? OptionalLong.of(write(tenant, change, version, now))
                : OptionalLong.empty();
    }

    /** As part of a commit, which fails if the value is at another version. */
    void demand(TenantId tenant, ValueChange change, long now) throws SQLException {
        long version = find(tenant, change.key(), now).version();
        if (version != change.expected()) {
            throw Conflicts.value(change, version);
        }
        write(tenant, change, version, now);
    }

    private long write(TenantId tenant, ValueChange change, long version, long now) throws SQLException {
        Payload value = change.value();
        if (value == null) {
            statements.update(DELETE, tenant.value(), change.key());
            return 0;
        }
        long next = next(version);
        statements.update(PUT, tenant.value(), change.key(), next, -next, expires(change.ttl(), now), value.bytes());
        return next;
    }

    long add(TenantId tenant, String key, long delta, @Nullable Duration ttl, long now) throws SQLException {
        Found found = find(tenant, key, now);
        if (found.version() == 0) {
            long first = next(0);
            statements.update(PUT, tenant.value(), key, first, first, expires(ttl, now), digits(delta));
            return delta;
        }
        long sum = sum(key, found, delta);
        statements.update(COUNT, next(found.version()), digits(sum), tenant.value(), key);
        return sum;
    }

    private static long sum(String key, Found counter, long delta) {
        try {
            return Math.addExact(Long.parseLong(new String(counter.digits(), US_ASCII)), delta);
        } catch (NumberFormatException | ArithmeticException noCounter) {
            ConflictException conflict = Conflicts.noCounter(key);
            conflict.addSuppressed(noCounter);
            throw conflict;
        }
    }

    private static byte[] digits(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    private static long next(long version) {
        return version == 0 ? ThreadLocalRandom.current().nextLong(1, NEW_VERSIONS) : version + 1;
    }

    private static @Nullable Long expires(@Nullable Duration ttl, long now) {
        Long micros = Micros.orNull(ttl);
        return micros == null ? null : now + micros;
    }
}
