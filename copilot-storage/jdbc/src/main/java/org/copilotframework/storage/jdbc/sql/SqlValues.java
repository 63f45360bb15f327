package org.copilotframework.storage.jdbc.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/** Reads values, and hands to the database what changes them. */
final class SqlValues implements KeyValues {
    /** Sorts after every key. */
    private static final String LAST =
            Character.toString(Character.MAX_CODE_POINT).repeat(MAX_KEY / 2 + 1);

    private final Database database;

    SqlValues(Database database) {
        this.database = database;
    }

    @Override
    public Optional<StoredValue> get(TenantId tenant, String key) {
        return database.query(
                database.texts().value(),
                rows -> rows.next() ? Optional.of(value(rows)) : Optional.empty(),
                tenant.value(),
                KeyValues.checkKey(key));
    }

    /** Of what was last written before this was noted it is not known, so it may be one. */
    @Override
    public boolean isCounter(TenantId tenant, String key) {
        return database.query(database.texts().counter(), Rows::any, tenant.value(), KeyValues.checkKey(key));
    }

    @Override
    public OptionalLong compareAndSet(TenantId tenant, ValueChange change) {
        Limits.content(change.value() == null ? 0 : change.value().bytes().length);
        return database.compareAndSet(tenant, change);
    }

    @Override
    public long add(TenantId tenant, String key, long delta, @Nullable Duration ttl) {
        return database.add(tenant, KeyValues.checkKey(key), delta, KeyValues.checkTtl(ttl));
    }

    @Override
    public List<StoredValue> list(TenantId tenant, String prefix, String after, int limit, long maxBytes) {
        Limits.page(limit, MAX_PAGE);
        return database.query(
                database.texts().values(),
                Rows.upTo(SqlValues::value, StoredValue::value, maxBytes),
                tenant.value(),
                after,
                prefix,
                behind(prefix),
                limit,
                maxBytes);
    }

    @Override
    public Optional<Duration> remaining(TenantId tenant, String key) {
        return database.query(
                database.texts().remaining(),
                rows -> rows.next() ? Optional.of(Duration.of(rows.getLong(1), ChronoUnit.MICROS)) : Optional.empty(),
                tenant.value(),
                KeyValues.checkKey(key));
    }

    private static StoredValue value(ResultSet row) throws SQLException {
        return new StoredValue(row.getString(1), Rows.payload(row, 2), row.getLong(3));
    }

    /** The least text that sorts after all that begin with the prefix. */
    private static String behind(String prefix) {
        int[] points = prefix.codePoints().toArray();
        for (int last = points.length - 1; last >= 0; last--) {
            if (points[last] < Character.MAX_CODE_POINT) {
                points[last]++;
                if (points[last] == Character.MIN_SURROGATE) {
                    points[last] = Character.MAX_SURROGATE + 1;
                }
                return new String(points, 0, last + 1);
            }
        }
        return LAST;
    }
}
