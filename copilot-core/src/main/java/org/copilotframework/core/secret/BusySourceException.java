package org.copilotframework.core.secret;

/** A source is at work for somebody else. Says nothing about the secret that it was to be asked for. */
final class BusySourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BusySourceException() {
        super("a source of secrets is at work for somebody else", null, false, false);
    }
}
