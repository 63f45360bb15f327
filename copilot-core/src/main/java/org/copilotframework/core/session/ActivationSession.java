package org.copilotframework.core.session;

import java.time.Instant;
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
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.core.json.DataForm;
import org.jspecify.annotations.Nullable;

/** A session as it was when an activation began, with the activation's own changes laid over it. */
public final class ActivationSession implements Session {
    private static final int MAX_HISTORY = Sessions.MAX_PAGE;
    /** How much of the history is read at once, whatever the number of turns. */
    private static final long HISTORY_BYTES = 32L << 20;

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
        SessionHead head = stored.head(tenant, id).orElseGet(() -> new SessionHead(id, 0, 0, Instant.EPOCH, Map.of()));
        return new ActivationSession(stored, tenant, id, head);
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
        if (head.version() == 0) {
            return List.of();
        }
        return stored.turns(tenant, id, head.version(), limit, HISTORY_BYTES).stream()
                .map(TurnForm::read)
                .toList();
    }

    @Override
    public synchronized Optional<Data> get(String key) {
        if (changes.containsKey(key)) {
            return Optional.ofNullable(changes.get(key));
        }
        Payload kept = head.state().get(key);
        return kept == null
                ? Optional.empty()
                : Optional.of(DataForm.read(kept, "entry '" + key + "' of session " + id));
    }

    @Override
    public void put(String key, Object value) {
        if (key.isEmpty() || key.length() > MAX_STATE_KEY) {
            throw new InvalidRequestException(
                    "session state: a key has 1 to " + MAX_STATE_KEY + " characters, this one has " + key.length());
        }
        KeyValues.checkKey(key);
        Data data = Data.of(value);
        synchronized (this) {
            checkOpen();
            boolean added = get(key).isEmpty();
            if (added && entries >= MAX_STATE_ENTRIES) {
                throw new InvalidRequestException("session state: there are " + MAX_STATE_ENTRIES
                        + " entries already; remove one before '" + key + "' is added");
            }
            long bytes = stateBytes(key) + data.weight();
            if (bytes > MAX_STATE_BYTES) {
                throw new InvalidRequestException("session state: with entry '" + key + "' it would weigh " + bytes
                        + " bytes, more than " + MAX_STATE_BYTES + "; keep large things in blobs()");
            }
            entries += added ? 1 : 0;
            changes.put(key, data);
        }
    }

    /** How much the entries weigh, but for one. */
    private long stateBytes(String without) {
        long sum = 0;
        for (Map.Entry<String, Payload> kept : head.state().entrySet()) {
            if (!kept.getKey().equals(without) && !changes.containsKey(kept.getKey())) {
                Payload payload = kept.getValue();
                sum += payload.value(Data.class).map(Data::weight).orElseGet(() -> (long) payload.bytes().length);
            }
        }
        for (Map.Entry<String, @Nullable Data> change : changes.entrySet()) {
            Data data = change.getValue();
            sum += data == null || change.getKey().equals(without) ? 0 : data.weight();
        }
        return sum;
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
     * @param keepTurns how many turns the session shall keep; 0 for all
     * @return the change
     */
    @SuppressWarnings("NullAway") // The compiler drops the annotation within the type from the record's constructor.
    public synchronized SessionChange change(Turn turn, int keepTurns) {
        Map<String, @Nullable Payload> written = new LinkedHashMap<>();
        changes.forEach((key, value) -> {
            // What was added and removed again was never there.
            if (value != null) {
                written.put(key, DataForm.store(value));
            } else if (head.state().containsKey(key)) {
                written.put(key, null);
            }
        });
        return new SessionChange(id, TurnForm.store(turn), written, keepTurns);
    }

    private void checkOpen() {
        if (ended) {
            throw new ConflictException(
                    "the activation has ended; session '" + id + "' can no longer be changed by it");
        }
    }
}
