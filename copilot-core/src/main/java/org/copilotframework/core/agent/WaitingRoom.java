package org.copilotframework.core.agent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where calls wait while a plugin that cannot be loaded twice is exchanged. Bounded; holds no thread.
 */
public final class WaitingRoom {
    private final int capacity;
    private final Map<Object, Runnable> waiting = new LinkedHashMap<>();
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
     * @param who who waits; {@link #leave} takes it back
     * @param then what to do then, on a thread of the plugin host; at once on this thread if it has ended. Must not block
     * @return false if the room is full
     */
    public boolean enter(Object who, Runnable then) {
        synchronized (this) {
            if (!open) {
                if (waiting.size() >= capacity) {
                    return false;
                }
                waiting.put(who, then);
                return true;
            }
        }
        then.run();
        return true;
    }

    /**
     * Waits no longer, so that somebody else may. Does nothing for one who does not wait here.
     *
     * @param who who waited
     */
    public synchronized void leave(Object who) {
        waiting.remove(who);
    }

    /** Ends the exchange: the next snapshot is published, so those who wait can find their agent again. */
    public void open() {
        List<Runnable> released;
        synchronized (this) {
            open = true;
            released = List.copyOf(waiting.values());
            waiting.clear();
        }
        released.forEach(Runnable::run);
    }
}
