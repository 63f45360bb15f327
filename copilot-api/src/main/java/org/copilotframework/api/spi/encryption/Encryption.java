package org.copilotframework.api.spi.encryption;

import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Storage;

/**
 * Encrypts what is stored, each tenant's data by a key of its own: a decorator of stores, which keep all that they promise. Safe for
 * use by several threads.
 */
public interface Encryption extends AutoCloseable {
    /**
     * The host's own tenant under which the encryption leaves in the storage, unencrypted, that it is at work there, as the value
     * {@value #MARK}; without encryption the host refuses a storage that has it. Keys may lie there too. An encrypted storage does
     * not show this tenant.
     */
    TenantId KEYS = new TenantId("copilot.keys");

    /** The key of that value. */
    String MARK = "mark";

    /**
     * Encrypts what goes into a store and decrypts what comes from it. {@link Storage#migrate} begins the encryption in an empty
     * store, and {@link Storage#check} demands that it was begun and that the wrapper has the right key.
     *
     * @param plain the store
     * @return the store, which closes the one that was given
     */
    Storage storage(Storage plain);

    /**
     * Encrypts what goes into a store of files and decrypts what comes from it.
     *
     * @param plain the store
     * @return the store, which closes the one that was given
     */
    Blobs blobs(Blobs plain);

    /**
     * Destroys a tenant's key, so that nothing that was encrypted with it is ever read again through this object, nor through
     * others once they forget it. A tenant without a key is no error.
     *
     * @param tenant whose key
     * @throws org.copilotframework.api.error.UnavailableException if the place of the keys fails
     */
    void destroyKey(TenantId tenant);

    /**
     * Wraps the keys anew that were not wrapped by the wrapper's present key. No data is written. May be cut short and called
     * again at any time, also while others are at work.
     *
     * @return what was done
     * @throws org.copilotframework.api.error.InvalidRequestException if the wrapper has not the key that one was wrapped by
     * @throws org.copilotframework.api.error.UnavailableException if the wrapper or the place fails; those before are wrapped anew
     */
    Rotation rotateKeys();

    /**
     * What was done by a rotation.
     *
     * @param keyId the key of the wrapper that all keys are now wrapped by
     * @param keys how many keys there are
     * @param rewrapped how many of them were wrapped anew
     */
    record Rotation(String keyId, long keys, long rewrapped) {}

    /**
     * What needs attention now, such as a wrapper that cannot be reached while keys in memory are used on.
     *
     * @return sentences for an operator, without secrets; none if all is well
     */
    List<String> troubles();

    /** Forgets all keys. The wrapper, the place and the stores are closed by who opened them. May be called more than once. */
    @Override
    void close();
}
