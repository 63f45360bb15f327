package org.copilotframework.core.plugin;

import java.util.Objects;

/** A plugin does not serve. The message says in which phase, why and what to do; it holds no object of the plugin. */
public final class FailedStart extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean nameTaken;
    private final boolean retried;

    /**
     * Makes one.
     *
     * @param message in which phase, why and what to do
     */
    public FailedStart(String message) {
        this(message, false);
    }

    FailedStart(String message, boolean nameTaken) {
        this(message, nameTaken, false);
    }

    private FailedStart(String message, boolean nameTaken, boolean retried) {
        super(message, null, false, false);
        this.nameTaken = nameTaken;
        this.retried = retried;
    }

    /** It was bound to a plugin that does not serve after all, and can do without: it is started anew. */
    static FailedStart toRetry(String message) {
        return new FailedStart(message, false, true);
    }

    /** Whether it is started anew, without what it was bound to. */
    boolean retried() {
        return retried;
    }

    /** Whether the plugin itself is well, but another has an agent of the same name. */
    boolean nameTaken() {
        return nameTaken;
    }

    /**
     * In which phase, why and what to do.
     *
     * @return never null
     */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
