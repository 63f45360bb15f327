package org.copilotframework.core.secret;

/** A secret was asked for before one of its sources was there. */
public final class AwaitedSourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Which one. */
    private final String source;

    AwaitedSourceException(String source) {
        super("the source of secrets '" + source + "' is not there yet");
        this.source = source;
    }

    /**
     * Which source is awaited.
     *
     * @return its name
     */
    public String source() {
        return source;
    }
}
