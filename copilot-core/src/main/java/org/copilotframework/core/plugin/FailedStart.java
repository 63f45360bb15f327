package org.copilotframework.core.plugin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A plugin does not serve. The message says in which phase, why and what to do; it holds no object of the plugin. */
public final class FailedStart extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable String takenName;
    private final transient boolean retried;
    private final transient @Nullable String plugin;

    /**
     * Makes one.
     *
     * @param message in which phase, why and what to do
     */
    public FailedStart(String message) {
        this(message, null, false, null);
    }

    private FailedStart(String message, @Nullable String takenName, boolean retried, @Nullable String plugin) {
        super(message, null, false, false);
        this.takenName = takenName;
        this.retried = retried;
        this.plugin = plugin;
    }

    /** The plugin itself is well, but another has an agent of the same name. */
    static FailedStart nameTaken(String message, String name, String plugin) {
        return new FailedStart(message, name, false, plugin);
    }

    /** It was bound to a plugin that does not serve after all, and can do without: it is started anew. */
    static FailedStart toRetry(String message) {
        return new FailedStart(message, null, true, null);
    }

    /** The same, of a member of a swap unit. */
    FailedStart of(String member, String message) {
        return new FailedStart(message, takenName, retried, member);
    }

    /** Whether it is started anew, without what it was bound to. */
    boolean retried() {
        return retried;
    }

    /** The name of its agent that another has; null if that is not why. */
    @Nullable
    String takenName() {
        return takenName;
    }

    /** Which plugin it is; null if the fault is not that of one. */
    @Nullable
    String plugin() {
        return plugin;
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
