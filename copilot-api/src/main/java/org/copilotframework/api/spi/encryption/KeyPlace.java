package org.copilotframework.api.spi.encryption;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.ImplementedByHost;
import org.copilotframework.api.caller.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * Where the wrapped data keys lie, one for each tenant: in the storage, or apart from it. All methods see what was written last,
 * by whatever process, and throw {@link org.copilotframework.api.error.UnavailableException} if the place fails. Implemented by the
 * host only, so it may grow. Safe for use by several threads.
 */
@ImplementedByHost
public interface KeyPlace {
    /** The most names of one page. */
    int MAX_PAGE = 1_000;

    /**
     * What lies here.
     *
     * @param content the bytes that were written, not copied
     * @param version another one after each write; opaque
     */
    record Kept(byte[] content, String version) {
        /** Checks for null. */
        public Kept {
            Objects.requireNonNull(content, "content");
            Objects.requireNonNull(version, "version");
        }

        /** {@return its version, never its content} */
        @Override
        public String toString() {
            return "Kept[version " + version + "]";
        }
    }

    /**
     * Reads a tenant's key.
     *
     * @param tenant whose key
     * @return what lies here, or empty if there is none
     */
    Optional<Kept> read(TenantId tenant);

    /**
     * Writes a tenant's key, if the place is as expected.
     *
     * @param tenant whose key
     * @param content what to write, at most 20 KiB
     * @param expected the version that must be here; null if there must be none
     * @return whether it was written; false if the place was not as expected, and then nothing is changed
     */
    boolean write(TenantId tenant, byte[] content, @Nullable String expected);

    /**
     * Deletes a tenant's key, whatever version of it is here.
     *
     * @param tenant whose key
     * @return whether there was one
     */
    boolean delete(TenantId tenant);

    /**
     * Pages through the tenants that have keys, in the order of their names.
     *
     * @param after list those after this one; null for the first page
     * @param limit how many at most, from 1 to {@value #MAX_PAGE}
     * @return the tenants; none only at the end
     */
    List<TenantId> list(@Nullable TenantId after, int limit);

    /**
     * Names the place for messages, with the setting that chose it.
     *
     * @return such as {@code the storage (copilot.encryption.keys=store)}; no secret
     */
    @Override
    String toString();
}
