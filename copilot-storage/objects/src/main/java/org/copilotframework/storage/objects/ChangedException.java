package org.copilotframework.storage.objects;

/** The condition of a request does not hold: another version is there, or none. Its caller tells which, in a word of the contract. */
public final class ChangedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Without a stack trace, as it is always caught. */
    public ChangedException() {
        super("the condition does not hold", null, false, false);
    }
}
