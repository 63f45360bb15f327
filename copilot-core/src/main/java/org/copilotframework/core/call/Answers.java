package org.copilotframework.core.call;

import java.util.HashSet;
import java.util.Set;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.run.RunDetail;

/**
 * The answers that one activation passes on, by names that are the same when it is done again: by them it knows those that an
 * earlier try of its own has given.
 */
final class Answers {
    private final String prefix;
    private final Set<String> accounted = new HashSet<>();

    Answers(Activation activation) {
        this.prefix = "input-" + activation.runId() + "/" + activation.activation() + "/";
    }

    /** Names the answer to what a run asks now. */
    synchronized String name(RunRecord asking) {
        String name = prefix + asking.head().activation();
        accounted.add(asking.head().id() + " " + name);
        return name;
    }

    /** Whether the last input of a run was given by an earlier try of this activation; told once. */
    synchronized boolean givenBefore(RunRecord run) {
        String given = RunDetail.read(run.detail()).given();
        return given != null
                && given.startsWith(prefix)
                && accounted.add(run.head().id() + " " + given);
    }
}
