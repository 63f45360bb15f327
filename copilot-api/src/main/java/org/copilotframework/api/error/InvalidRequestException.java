package org.copilotframework.api.error;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The request itself is wrong; sending it again unchanged cannot succeed. */
public final class InvalidRequestException extends CopilotException {
    private static final long serialVersionUID = 1L;

    /** RFC 6901 pointer, or null. */
    private final @Nullable String pointer;

    /**
     * Makes the error.
     *
     * @param message what is wrong and what would be right; names the field or setting
     */
    public InvalidRequestException(String message) {
        this(message, (String) null);
    }

    private InvalidRequestException(String message, @Nullable String pointer) {
        super(ErrorCode.INVALID_REQUEST, message, null);
        this.pointer = pointer;
    }

    /**
     * Makes the error for one place in a message's data.
     *
     * @param pointer the place, as a JSON pointer (RFC 6901) into the data; empty for the whole
     * @param message what is wrong there and what would be right; the pointer is added by this method
     * @return the error
     */
    public static InvalidRequestException at(String pointer, String message) {
        Objects.requireNonNull(pointer, "pointer");
        return new InvalidRequestException((pointer.isEmpty() ? "/" : pointer) + ": " + message, pointer);
    }

    /**
     * The same error with other words and the same pointer.
     *
     * @param message the words
     * @return a new error
     */
    public InvalidRequestException withMessage(String message) {
        return new InvalidRequestException(message, pointer);
    }

    /**
     * The place in the data that is wrong.
     *
     * @return a JSON pointer (RFC 6901), or empty if the fault is not in the data
     */
    public Optional<String> pointer() {
        return Optional.ofNullable(pointer);
    }
}
