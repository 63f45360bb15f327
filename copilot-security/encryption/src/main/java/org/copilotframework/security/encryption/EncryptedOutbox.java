package org.copilotframework.security.encryption;

import java.util.Collection;
import java.util.List;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;

/** Messages whose content is encrypted. One that cannot be decrypted is shown, and fails when its content is asked for. */
final class EncryptedOutbox implements Outbox {
    private final Outbox plain;
    private final Vault vault;

    EncryptedOutbox(Outbox plain, Vault vault) {
        this.plain = plain;
        this.vault = vault;
    }

    @Override
    public List<OutboxRecord> read(int limit, long maxBytes) {
        return opened(plain.read(limit, PageBytes.stored(maxBytes, limit)), maxBytes);
    }

    @Override
    public List<OutboxRecord> readAfter(OutboxRecord after, int limit, long maxBytes) {
        return opened(plain.readAfter(after, limit, PageBytes.stored(maxBytes, limit)), maxBytes);
    }

    private List<OutboxRecord> opened(List<OutboxRecord> page, long maxBytes) {
        return PageBytes.first(
                        page,
                        maxBytes,
                        record -> Vault.bytesWithin(record.message().content()))
                .stream()
                .map(this::opened)
                .toList();
    }

    private OutboxRecord opened(OutboxRecord record) {
        OutboxMessage message = record.message();
        Slot slot = Slot.message(message.topic(), message.key());
        return new OutboxRecord(
                record.tenant(),
                record.id(),
                new OutboxMessage(
                        message.topic(), message.key(), vault.later(record.tenant(), message.content(), slot)));
    }

    /** A store knows its messages by tenant and id. */
    @Override
    public void remove(Collection<OutboxRecord> published) {
        plain.remove(published);
    }
}
