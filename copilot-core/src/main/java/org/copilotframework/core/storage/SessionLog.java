package org.copilotframework.core.storage;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/** The turns and the state of one session. Whoever calls a method holds this object's lock. */
final class SessionLog {
    /** So many turns go at most with one commit, so that its cost is constant. */
    private static final int DROPPED_AT_ONCE = 2;

    private final SessionId id;
    private final Map<Long, StoredTurn> turns;
    private final Map<String, Payload> state = new HashMap<>();
    private long version;
    private long first = 1;
    private Instant changed = Instant.MIN;
    private boolean gone;

    /** Begins a session whose turns are kept in the given empty map: a test passes one that counts. */
    SessionLog(SessionId id, Map<Long, StoredTurn> turns) {
        this.id = id;
        this.turns = turns;
    }

    /** The turn that this very change has made before, or null. */
    @Nullable
    StoredTurn repeated(SessionChange change) {
        StoredTurn stored = turns.get(change.turn().version());
        return stored != null && stored.id().equals(change.turn().id()) ? stored : null;
    }

    /** Throws {@link ConflictException} unless the change is for the present version. */
    void check(SessionChange change) {
        long expected = change.turn().version() - 1;
        if (expected != version) {
            throw new ConflictException("session '" + id + "' is at version " + version
                    + ", and this change expects version " + expected + "; read the session again");
        }
    }

    /** Appends a turn. Touches neither the earlier turns nor the entries of state that do not change. */
    void append(SessionChange change, Instant now) {
        version++;
        turns.put(version, change.turn());
        change.state().forEach((key, value) -> {
            if (value == null) {
                state.remove(key);
            } else {
                state.put(key, value);
            }
        });
        changed = now;
        for (int i = 0; i < DROPPED_AT_ONCE && change.keepTurns() > 0 && version - first >= change.keepTurns(); i++) {
            turns.remove(first++);
        }
    }

    /** Begins behind so many turns that are not kept. */
    void begin(long dropped, Instant now) {
        version = dropped;
        first = dropped + 1;
        changed = now;
    }

    boolean isEmpty() {
        return version == 0;
    }

    /** Whether this session was deleted, so that who found it before looks again. */
    boolean isGone() {
        return gone;
    }

    void markGone() {
        gone = true;
    }

    Instant changed() {
        return changed;
    }

    SessionHead head(boolean withState) {
        return new SessionHead(id, version, first, changed, withState ? state : Map.of());
    }

    List<StoredTurn> turns(long upTo, int limit, long maxBytes) {
        Deque<StoredTurn> page = new ArrayDeque<>();
        long room = maxBytes;
        for (long at = Math.min(upTo, version); at >= first && page.size() < limit; at--) {
            StoredTurn turn = turns.get(at);
            if (turn == null) {
                throw new IllegalStateException("session '" + id + "' has lost turn " + at);
            }
            // Nobody pays for bytes whose number is of no interest.
            room -= maxBytes == Long.MAX_VALUE ? 0 : turn.content().bytes().length;
            if (room < 0 && !page.isEmpty()) {
                break;
            }
            page.addFirst(turn);
        }
        return List.copyOf(page);
    }
}
