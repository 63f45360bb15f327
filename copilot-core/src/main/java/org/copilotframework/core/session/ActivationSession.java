package org.copilotframework.core.session;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.session.Session;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.Turn;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Sessions;
import org.jspecify.annotations.Nullable;

/** A session as it was when an activation began, with the activation's own changes laid over it. */
public final class ActivationSession implements Session {
    private static final SessionHead NEW = new SessionHead(0, Map.of());
    private static final int MAX_HISTORY = 1_000;

    private final Sessions stored;
    private final TenantId tenant;
    private final SessionId id;
    private final SessionHead head;
    private final Map<String, @Nullable Data> changes = new LinkedHashMap<>();
    private int entries;
    private boolean ended;

    private ActivationSession(Sessions stored, TenantId tenant, SessionId id, SessionHead head) {
        this.stored = stored;
        this.tenant = tenant;
        this.id = id;
        this.head = head;
        this.entries = head.state().size();
    }

    /**
     * Reads the session's head, which may block.
     *
     * @param stored where sessions are read
     * @param tenant whose session
     * @param id which session
     * @return the session as it is now
     */
    public static ActivationSession open(Sessions stored, TenantId tenant, SessionId id) {
        return new ActivationSession(stored, tenant, id, stored.head(tenant, id).orElse(NEW));
    }

    @Override
    public SessionId id() {
        return id;
    }

    @Override
    public long version() {
        return head.version();
    }

    @Override
    public List<Turn> history(int limit) {
        if (limit < 1 || limit > MAX_HISTORY) {
            throw new InvalidRequestException("history: the limit is from 1 to " + MAX_HISTORY + ", not " + limit);
        }
        return head.version() == 0 ? List.of() : stored.turns(tenant, id, head.version(), limit);
    }

    @Override
    public synchronized Optional<Data> get(String key) {
        return Optional.ofNullable(
                changes.containsKey(key) ? changes.get(key) : head.state().get(key));
    }

    @Override
    public void put(String key, Object value) {
        if (key.isEmpty() || key.length() > MAX_STATE_KEY) {
            throw new InvalidRequestException(
                    "session state: a key has 1 to " + MAX_STATE_KEY + " characters, this one has " + key.length());
        }
        Data data = Data.of(value);
        synchronized (this) {
            checkOpen();
            boolean added = get(key).isEmpty();
            if (added && entries >= MAX_STATE_ENTRIES) {
                throw new InvalidRequestException("session state: there are " + MAX_STATE_ENTRIES
                        + " entries already; remove one before '" + key + "' is added");
            }
            entries += added ? 1 : 0;
            changes.put(key, data);
        }
    }

    @Override
    public synchronized void remove(String key) {
        checkOpen();
        if (get(key).isPresent()) {
            entries--;
            changes.put(key, null);
        }
    }

    /** Ends the activation: from now on nothing can be changed. */
    public synchronized void end() {
        ended = true;
    }

    /**
     * What the activation changes, for its commit.
     *
     * @param turn the turn to append
     * @return the change
     */
    @SuppressWarnings("NullAway") // The compiler drops the annotation within the type from the record's constructor.
    public synchronized SessionChange change(Turn turn) {
        Map<String, @Nullable Data> written = new LinkedHashMap<>();
        changes.forEach((key, value) -> {
            // What was added and removed again was never there.
            if (value != null || head.state().containsKey(key)) {
                written.put(key, value);
            }
        });
        return new SessionChange(id, turn, written);
    }

    private void checkOpen() {
        if (ended) {
            throw new ConflictException(
                    "the activation has ended; session '" + id + "' can no longer be changed by it");
        }
    }
}
