package org.copilotframework.example.docs;

/** A file cannot be taken into the index; the message says why, in words for the person who put it there. */
final class UnreadableFileException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableFileException(String reason) {
        super(reason);
    }

    UnreadableFileException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
