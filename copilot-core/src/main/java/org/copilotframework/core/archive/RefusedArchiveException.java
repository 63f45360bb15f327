package org.copilotframework.core.archive;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.plugin.PluginRef;
import org.jspecify.annotations.Nullable;

/** An archive is not taken up. The message names the file, everything that is wrong with it, and the fix for each. */
public final class RefusedArchiveException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Each by itself. */
    private final List<String> problems;

    /** Which plugin it is, or null if the archive does not tell. */
    private final @Nullable PluginRef ref;

    RefusedArchiveException(String file, List<String> problems, @Nullable PluginRef ref, @Nullable Throwable cause) {
        super(file + " is refused: " + (problems.size() == 1 ? "" : "\n  - ") + String.join("\n  - ", problems), cause);
        this.problems = List.copyOf(problems);
        this.ref = ref;
    }

    RefusedArchiveException(String file, String problem, @Nullable Throwable cause) {
        this(file, List.of(problem), null, cause);
    }

    /**
     * An archive that is refused for what is known of it elsewhere.
     *
     * @param file its name
     * @param ref which plugin it should be
     * @param problem what is wrong, with the fix
     * @return the exception
     */
    public static RefusedArchiveException of(String file, PluginRef ref, String problem) {
        return new RefusedArchiveException(file, List.of(problem), ref, null);
    }

    /**
     * The file and all that is wrong with it, which is never null here.
     *
     * @return the file's name, then one or more sentences, each with its fix
     */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /**
     * What is wrong.
     *
     * @return at least one sentence, each with its fix
     */
    public List<String> problems() {
        return problems;
    }

    /**
     * Which plugin the archive says it is.
     *
     * @return id and version as in the manifest, or empty if the manifest could not be read that far
     */
    public Optional<PluginRef> ref() {
        return Optional.ofNullable(ref);
    }
}
