package org.copilotframework.core.agent;

import java.util.ArrayList;
import java.util.List;

/**
 * Where calls wait while a plugin that cannot be loaded twice is exchanged. Bounded; holds no thread.
 */
public final class WaitingRoom {
    private final int capacity;
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean open;

    /**
     * Makes an empty room with its doors closed.
     *
     * @param capacity how many calls may wait
     */
    public WaitingRoom(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Waits for the exchange to end.
     *
     * @param then what to do then, on a thread of the plugin host; at once on this thread if it has ended. Must not block
     * @return false if the room is full
     */
    public boolean enter(Runnable then) {
        synchronized (this) {
            if (!open) {
                if (waiting.size() >= capacity) {
                    return false;
                }
                waiting.add(then);
                return true;
            }
        }
        then.run();
        return true;
    }

    /** Ends the exchange: the next snapshot is published, so those who wait can find their agent again. */
    public void open() {
        List<Runnable> released;
        synchronized (this) {
            open = true;
            released = List.copyOf(waiting);
            waiting.clear();
        }
        released.forEach(Runnable::run);
    }
}
