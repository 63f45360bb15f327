package org.copilotframework.core.run;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.copilotframework.api.run.RunEvent;

/** Events in the order of their positions, without a gap; the oldest go when there are too many. Guarded by its owner. */
final class KeptEvents {
    private final int maxEvents;
    private final long maxBytes;
    private final ArrayDeque<RunEvent> kept = new ArrayDeque<>();
    private long bytes;
    private long last;

    KeptEvents(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** How much is kept, in bytes. */
    long weight() {
        return bytes;
    }

    /** The position of the last event, kept or not. */
    long last() {
        return last;
    }

    /** The position before the oldest event that is kept. */
    long beforeOldest() {
        return last - kept.size();
    }

    /** Adds the event that follows the last one. */
    void add(RunEvent event) {
        last = event.position();
        kept.add(event);
        bytes += EventWeight.stored(event.event());
        while (!kept.isEmpty() && (kept.size() > maxEvents || bytes > maxBytes)) {
            bytes -= EventWeight.stored(kept.remove().event());
        }
    }

    /** Adds an event behind the last one; what lies between was dropped by whoever stored it. */
    void addBehind(RunEvent event) {
        if (event.position() > last + 1) {
            kept.clear();
            bytes = 0;
        }
        add(event);
    }

    /** Takes back what is behind a position. */
    void cut(long position) {
        while (!kept.isEmpty() && kept.getLast().position() > position) {
            bytes -= EventWeight.stored(kept.removeLast().event());
        }
        last = Math.min(last, position);
    }

    /** Those after a position, the oldest first. */
    List<RunEvent> after(long position) {
        return kept.stream().filter(event -> event.position() > position).toList();
    }

    /** The one that follows a position, which is neither before the oldest nor the last. */
    RunEvent following(long position) {
        long index = position - beforeOldest();
        return index == 0 ? kept.getFirst() : fromBehind(index);
    }

    /** A reader that keeps up reads near the end, so the walk begins there. */
    private RunEvent fromBehind(long index) {
        Iterator<RunEvent> back = kept.descendingIterator();
        RunEvent event = kept.getLast();
        for (long i = kept.size() - 1; i >= index; i--) {
            event = back.next();
        }
        return event;
    }
}
