package org.copilotframework.storage.jdbc.sql;

import java.util.Collection;
import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;

/** Messages by their number, which grows in the order of commits. */
final class SqlOutbox implements Outbox {
    private final Database database;

    SqlOutbox(Database database) {
        this.database = database;
    }

    @Override
    public List<OutboxRecord> read(int limit, long maxBytes) {
        return read(0, limit, maxBytes);
    }

    @Override
    public List<OutboxRecord> readAfter(OutboxRecord after, int limit, long maxBytes) {
        return read(number(after.id()), limit, maxBytes);
    }

    private List<OutboxRecord> read(long after, int limit, long maxBytes) {
        Limits.page(limit, MAX_PAGE);
        return database.query(
                database.texts().messages(),
                Rows.upTo(
                        row -> new OutboxRecord(
                                new TenantId(row.getString(2)),
                                row.getString(1),
                                new OutboxMessage(row.getString(3), row.getString(4), Rows.payload(row, 5))),
                        record -> record.message().content(),
                        maxBytes),
                after,
                limit,
                maxBytes);
    }

    @Override
    public void remove(Collection<OutboxRecord> published) {
        if (!published.isEmpty()) {
            database.removeMessages(
                    published.stream().map(record -> number(record.id())).toList());
        }
    }

    private static Long number(String id) {
        try {
            return Long.valueOf(id);
        } catch (NumberFormatException foreign) {
            throw new InvalidRequestException("id: '" + id + "' is no message of this store");
        }
    }
}
