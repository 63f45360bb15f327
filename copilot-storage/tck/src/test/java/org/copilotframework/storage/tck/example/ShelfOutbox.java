package org.copilotframework.storage.tck.example;

import java.util.Collection;
import java.util.List;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.OutboxRecord;

/** The messages on a shelf. */
final class ShelfOutbox implements Outbox {
    private final ShelfStorage storage;

    ShelfOutbox(ShelfStorage storage) {
        this.storage = storage;
    }

    @Override
    public List<OutboxRecord> read(int limit, long maxBytes) {
        ShelfStorage.checkLimit(limit, MAX_PAGE);
        return storage.transaction(() -> Shelf.page(
                storage.shelf().outbox.values(), record -> record.message().content(), limit, maxBytes));
    }

    @Override
    public List<OutboxRecord> readAfter(OutboxRecord after, int limit, long maxBytes) {
        ShelfStorage.checkLimit(limit, MAX_PAGE);
        return storage.transaction(() -> Shelf.page(
                storage.shelf().outbox.tailMap(Long.valueOf(after.id()), false).values(),
                record -> record.message().content(),
                limit,
                maxBytes));
    }

    @Override
    public void remove(Collection<OutboxRecord> published) {
        storage.transaction(() -> {
            published.forEach(message -> storage.shelf().outbox.remove(Long.valueOf(message.id())));
            return true;
        });
    }
}
