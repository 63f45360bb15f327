package org.copilotframework.core.fleet;

/** A manifest says nothing: it is not there, cannot be reached or is no manifest. The message names it, and what to do. */
public final class ManifestException extends Exception {
    private static final long serialVersionUID = 1L;

    ManifestException(String message, Throwable cause) {
        super(message, cause);
    }

    ManifestException(String message) {
        super(message);
    }
}
