package org.copilotframework.api.spi.encryption;

import java.util.Map;

/**
 * Encrypts the keys that data is encrypted with, by a key of its own that never leaves it: one derived from a secret in the
 * settings, or one that a service such as KMS holds. Safe for use by several threads.
 *
 * <p>Each method may block, and ends within the time that the wrapper is set to. If the service cannot be reached, does not answer
 * in time or refuses for now, it throws {@link org.copilotframework.api.error.UnavailableException}; what was wrapped before may be
 * used on from memory for a while then. No message and no {@code toString()} shows a key.
 */
public interface KeyWrapper extends AutoCloseable {
    /** The name in a context at which the tenant stands whose key it is, for a wrapper that has a key for each. */
    String TENANT = "copilot-tenant";

    /**
     * The key that {@link #wrap} uses now.
     *
     * @return its name, as {@link WrappedKey#keyId()} will show it; or what names them all, if the wrapper has a key for each tenant.
     *     Such a wrapper must override {@link #isCurrent}
     */
    String keyId();

    /**
     * Whether {@link #wrap} would use the same key again. A rotation wraps anew what is wrapped by another, and asks again of what it
     * has wrapped.
     *
     * @param wrapped a key in its wrapping
     * @param context as it was given to {@link #wrap}
     * @return whether it is wrapped by the present key; as it stands here, by {@link #keyId()}
     * @throws org.copilotframework.api.error.InvalidRequestException if the wrapper has no key for this context; names the setting
     * @throws org.copilotframework.api.error.UnavailableException if the service fails
     */
    default boolean isCurrent(WrappedKey wrapped, Map<String, String> context) {
        return wrapped.keyId().equals(keyId());
    }

    /**
     * Encrypts a data key.
     *
     * @param dataKey 32 bytes; neither kept nor changed
     * @param context what the key is for: names and values of printable ASCII, which are authenticated and may be logged by the
     *     service. Only who shows the same context gets the key back
     * @return the key in its wrapping, by {@link #keyId()}
     * @throws org.copilotframework.api.error.InvalidRequestException if the wrapper has no key for this context, or may not use it;
     *     names the setting or grant
     * @throws org.copilotframework.api.error.UnavailableException if the service fails; caused by an {@link
     *     org.copilotframework.api.error.InvalidRequestException} if this key alone cannot be used for now, such as one of a tenant
     *     that is disabled
     */
    WrappedKey wrap(byte[] dataKey, Map<String, String> context);

    /**
     * Gives a data key back, also one that was wrapped by an earlier key which the wrapper still has.
     *
     * @param wrapped the key in its wrapping
     * @param context as it was given to {@link #wrap}
     * @return the data key, which the caller may overwrite
     * @throws org.copilotframework.api.error.InvalidRequestException if the wrapper has not the key that it was wrapped by; names
     *     the setting
     * @throws org.copilotframework.api.error.ConflictException if the bytes or the context are not those of the wrapping, or the
     *     service says that its key is gone
     * @throws org.copilotframework.api.error.UnavailableException if the service fails; caused by an {@link
     *     org.copilotframework.api.error.InvalidRequestException} if this key alone cannot be used for now, such as one of a tenant
     *     that is disabled
     */
    byte[] unwrap(WrappedKey wrapped, Map<String, String> context);

    /** Frees what the wrapper holds. May be called more than once. */
    @Override
    void close();
}
