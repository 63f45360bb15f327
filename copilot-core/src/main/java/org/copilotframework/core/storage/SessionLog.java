package org.copilotframework.core.storage;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.session.Turn;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.jspecify.annotations.Nullable;

/** The turns and the state of one session. Every method takes this object's lock, so what is read is one moment. */
final class SessionLog {
    private final List<Turn> turns;
    private final Map<String, Turn> byId = new HashMap<>();
    private final Map<String, Data> state = new HashMap<>();
    private boolean deleted;

    /** Begins a session whose turns are kept in the given empty list: a test passes one that counts. */
    SessionLog(List<Turn> turns) {
        this.turns = turns;
    }

    /**
     * Appends a turn. Touches neither the earlier turns nor the entries of state that do not change.
     *
     * @param change what changes
     * @param before runs once the change is known to fit and before it is made; if it throws, nothing is changed
     * @return the result, or null if this session was deleted meanwhile
     * @throws ConflictException if the session is at another version
     */
    synchronized @Nullable CommitResult append(SessionChange change, Runnable before) {
        if (deleted) {
            return null;
        }
        Turn first = byId.get(change.turn().id());
        if (first != null) {
            return new CommitResult(true, first);
        }
        long expected = change.turn().version() - 1;
        if (expected != turns.size()) {
            throw new ConflictException("session '" + change.session() + "' is at version " + turns.size()
                    + ", and this change expects version " + expected + "; read the session again");
        }
        before.run();
        turns.add(change.turn());
        byId.put(change.turn().id(), change.turn());
        change.state().forEach((key, value) -> {
            if (value == null) {
                state.remove(key);
            } else {
                state.put(key, value);
            }
        });
        return new CommitResult(false, change.turn());
    }

    synchronized Optional<SessionHead> head() {
        return turns.isEmpty() ? Optional.empty() : Optional.of(new SessionHead(turns.size(), state));
    }

    synchronized List<Turn> turns(long upTo, int limit) {
        int end = (int) Math.max(0, Math.min(upTo, turns.size()));
        return List.copyOf(turns.subList(Math.max(0, end - limit), end));
    }

    /** Marks this session as gone, so that a commit that found it before begins a new one. */
    synchronized boolean delete() {
        boolean there = !deleted && !turns.isEmpty();
        deleted = true;
        return there;
    }
}
