package org.copilotframework.core.plugin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Locks plugins by id, several at once and always in the order of their ids, so that two operations never wait in a circle. */
final class UnitLocks {
    private final ConcurrentHashMap<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** The locks that are held; released in reverse order. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    Held lock(Collection<String> ids) {
        List<ReentrantLock> held = new ArrayList<>();
        for (String id : new TreeSet<>(ids)) {
            ReentrantLock lock = locks.computeIfAbsent(id, unused -> new ReentrantLock());
            if (!lock.tryLock()) {
                Hands.giveUpSeat();
                lock.lock();
            }
            held.add(lock);
        }
        return () -> {
            for (int i = held.size() - 1; i >= 0; i--) {
                held.get(i).unlock();
            }
        };
    }
}
