package org.copilotframework.core.archive;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Deletes one thing after another; one that cannot be deleted, such as a file in use on Windows, does not keep the others. */
final class Sweep {
    private @Nullable IOException failure;

    /** One thing to delete. */
    interface Step {
        void run() throws IOException;
    }

    /** Does it, or remembers why not. */
    void run(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            if (failure == null) {
                failure = e;
            } else {
                failure.addSuppressed(e);
            }
        }
    }

    /** Tells of the first failure, and of the others with it. */
    void end() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }
}
