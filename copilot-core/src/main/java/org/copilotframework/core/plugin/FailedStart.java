package org.copilotframework.core.plugin;

import java.util.Objects;

/** A generation does not serve. The message says in which phase, why and what to do; it holds no object of the plugin. */
final class FailedStart extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean nameTaken;

    FailedStart(String message) {
        this(message, false);
    }

    FailedStart(String message, boolean nameTaken) {
        super(message, null, false, false);
        this.nameTaken = nameTaken;
    }

    /** Whether the plugin itself is well, but another has an agent of the same name. */
    boolean nameTaken() {
        return nameTaken;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
