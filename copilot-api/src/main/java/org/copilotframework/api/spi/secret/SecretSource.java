package org.copilotframework.api.spi.secret;

import java.util.Optional;

/**
 * Reads secrets by name. It keeps none of them: the host does, and asks again when they are old. Safe for use by several threads.
 *
 * <p>No message, log line or {@code toString()} shows a value.
 */
public interface SecretSource extends AutoCloseable {
    /** The most characters of a name. */
    int MAX_NAME = 512;

    /** The most characters of a value, as of a file that AWS Secrets Manager takes. */
    int MAX_VALUE = 65_536;

    /**
     * Reads what a secret is now. May block, and ends within the time that the source is set to.
     *
     * @param name 1 to {@value #MAX_NAME} printable characters, as the setting has it; a source that has no such names says so by
     *     empty
     * @return the secret, or empty if this source has none of the name
     * @throws org.copilotframework.api.error.UnavailableException if the source cannot be reached, does not answer in time or
     *     refuses for now; the host goes on with what it read before
     * @throws org.copilotframework.api.error.InvalidRequestException if the source may not read it, or it has a form that no
     *     setting can have; names the setting or grant and the fix
     */
    Optional<SecretValue> read(String name);

    /** Frees what the source holds. May be called more than once. */
    @Override
    void close();
}
