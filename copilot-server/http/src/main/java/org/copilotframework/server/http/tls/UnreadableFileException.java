package org.copilotframework.server.http.tls;

import java.io.IOException;

/** A file cannot be read now; it may be there again soon. */
final class UnreadableFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /** With a sentence that names the setting and what mends it. */
    UnreadableFileException(String message, IOException cause) {
        super(message, cause);
    }
}
