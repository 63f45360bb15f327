package org.copilotframework.core.archive;

import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.plugin.PluginRef;
import org.jspecify.annotations.Nullable;

/** What a scan finds, so that everything can be told at once. */
final class Findings {
    /** Who has read so many knows what to do; an archive may have a problem in each of its entries. */
    private static final int TOLD = 20;

    private final List<String> problems = new ArrayList<>();
    private int more;
    private final List<String> warnings = new ArrayList<>();

    /** Something that keeps the archive from being taken up; the words end with the fix. */
    void problem(String words) {
        if (problems.size() < TOLD) {
            problems.add(words);
        } else {
            more++;
        }
    }

    /** Something odd. */
    void warning(String words) {
        if (warnings.size() < TOLD) {
            warnings.add(words);
        }
    }

    List<String> problems() {
        if (more == 0) {
            return problems;
        }
        List<String> all = new ArrayList<>(problems);
        all.add("and " + more + " more; mend these first");
        return all;
    }

    /** Refuses the archive if there is a problem. */
    void refuse(String name, @Nullable PluginRef ref) throws RefusedArchiveException {
        if (!problems.isEmpty()) {
            throw new RefusedArchiveException(name, problems(), ref, null);
        }
    }

    List<String> warnings() {
        return warnings;
    }
}
