package org.copilotframework.core.call;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;

/** The calls that a call has caused. Made when there is the first, for most cause none. */
final class Family {
    private final Set<Call> atWork = ConcurrentHashMap.newKeySet();
    private final AtomicInteger caused;

    /** Makes a family whose root has caused so many calls before. */
    Family(int before) {
        this.caused = new AtomicInteger(before);
    }

    /** A child comes; it ends with its parent, which may have ended just now. */
    void adopt(Call child, Call parent) {
        atWork.add(child);
        CopilotException error = parent.error();
        if (error != null) {
            end(child, error);
        }
    }

    void forget(Call child) {
        atWork.remove(child);
    }

    /** Counts a call that the whole chain of a root has caused. */
    int count() {
        return caused.incrementAndGet();
    }

    int caused() {
        return caused.get();
    }

    /** The parent has ended. */
    void end(CopilotException error) {
        atWork.forEach(child -> end(child, error));
    }

    /** A stored run outlives its parent's plugin, process and worker; what a person or the clock ends, ends as a whole. */
    private static void end(Call child, CopilotException error) {
        boolean goesOn = error instanceof UnavailableException || error instanceof ConflictException;
        if (child.ticket == null || !goesOn) {
            child.finish(Failures.again(error));
        }
    }
}
