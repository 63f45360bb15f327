package org.copilotframework.security.encryption;

import java.util.List;
import java.util.function.LongSupplier;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.storage.Storage;

/** Each tenant's data by a key of its own, which the wrapper wraps. */
final class AeadEncryption implements Encryption {
    static final String NAME = "aead";

    private final KeyBook book;
    private final DataKeys keys;

    /**
     * Begins with no key in memory.
     *
     * @param clock nanoseconds that only ever grow
     */
    AeadEncryption(KeyWrapper wrapper, KeyPlace place, AeadSettings settings, LongSupplier clock) {
        this.book = new KeyBook(wrapper, place);
        this.keys = new DataKeys(book, settings, clock);
    }

    @Override
    public Storage storage(Storage plain) {
        return new EncryptedStorage(plain, keys, new StoreMark(plain, keys));
    }

    @Override
    public Blobs blobs(Blobs plain) {
        return new EncryptedBlobs(plain, keys);
    }

    @Override
    public void destroyKey(TenantId tenant) {
        keys.destroy(tenant);
    }

    @Override
    public Rotation rotateKeys() {
        return book.rotate();
    }

    @Override
    public List<String> troubles() {
        return keys.troubles();
    }

    @Override
    public void close() {
        keys.forget();
    }
}
