package org.copilotframework.api.error;

import java.util.List;

/** What the request names does not exist, or not for this tenant; the two are not told apart. */
public final class NotFoundException extends CopilotException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the error.
     *
     * @param message what was not found
     */
    public NotFoundException(String message) {
        super(ErrorCode.NOT_FOUND, message, null);
    }

    /**
     * Makes the error for a name, with the names that come near it.
     *
     * @param kind what the name stands for, such as {@code agent}
     * @param name the name that was not found
     * @param near names that exist and look like it, best first; may be empty
     * @return the error
     */
    public static NotFoundException named(String kind, String name, List<String> near) {
        String hint = near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?";
        return new NotFoundException("no " + kind + " is named '" + name + "'" + hint);
    }
}
