package org.copilotframework.storage.azure;

/** The condition of a request does not hold: another version is there, or none. */
final class ChangedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChangedException() {
        super("the condition does not hold", null, false, false);
    }
}
