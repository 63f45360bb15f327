package org.copilotframework.example.docs;

/** A stored index cannot be used; the message says why. The remedy is always to make it anew. */
final class UnreadableIndexException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableIndexException(String reason) {
        super(reason);
    }

    UnreadableIndexException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
