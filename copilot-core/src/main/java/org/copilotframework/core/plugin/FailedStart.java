package org.copilotframework.core.plugin;

import java.util.Objects;
import org.copilotframework.core.agent.Faults;
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

    /**
     * The plugin's own code has thrown.
     *
     * @param what which code, as the subject of a sentence
     * @param thrown what it threw; its methods are not trusted
     * @return a failure that says so in words and what to do
     */
    public static FailedStart threw(String what, Throwable thrown) {
        return new FailedStart(what + " threw " + Faults.inWords(thrown) + advice(thrown));
    }

    /** What to do about code of a plugin that has thrown; to be put behind the words. */
    static String advice(Throwable thrown) {
        // The second trial of a static initialiser is told as a class that is not there, too.
        boolean missing = thrown instanceof ClassNotFoundException
                || thrown instanceof NoClassDefFoundError
                        && !Faults.brief(thrown).contains("Could not initialize class");
        return missing
                ? "; pack the library that has this class into the plugin (scope compile), or name the plugin that has it in"
                        + " Plugin-Dependencies"
                : "; mend that in the plugin's own code and put the new archive in place of this one";
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
