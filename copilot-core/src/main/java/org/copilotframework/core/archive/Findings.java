package org.copilotframework.core.archive;

import java.util.ArrayList;
import java.util.List;

/** What a scan finds, so that everything can be told at once. */
final class Findings {
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** Something that keeps the archive from being taken up; the words end with the fix. */
    void problem(String words) {
        problems.add(words);
    }

    /** Something odd. */
    void warning(String words) {
        warnings.add(words);
    }

    List<String> problems() {
        return problems;
    }

    List<String> warnings() {
        return warnings;
    }
}
