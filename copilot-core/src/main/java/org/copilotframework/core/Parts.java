package org.copilotframework.core;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was opened and is to be closed, in reverse order. Not safe for use by several threads. */
final class Parts implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Parts.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Has a part closed before those that were opened earlier. */
    <T extends AutoCloseable> T opened(T part) {
        opened.push(part);
        return part;
    }

    /** What cannot be closed does not keep the others. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            AutoCloseable part = opened.pop();
            try {
                part.close();
            } catch (Exception fault) {
                log.error("{} could not be closed", part.getClass().getSimpleName(), fault);
            }
        }
    }
}
