package org.copilotframework.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.Turn;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.core.json.DataForm;
import org.copilotframework.core.session.TurnForm;
import org.jspecify.annotations.Nullable;

/** Sessions as the application sees them, read from what is stored. */
final class SessionBook implements StoredSessions {
    private static final long TURN_BYTES = 32L << 20;

    private static final int PAGE = 500;

    private final Sessions stored;
    private final Runs runs;

    SessionBook(Sessions stored, Runs runs) {
        this.stored = stored;
        this.runs = runs;
    }

    @Override
    public List<SessionSummary> list(TenantId tenant, @Nullable SessionId after, int limit) {
        return stored.list(tenant, after, limit).stream()
                .map(SessionBook::summary)
                .toList();
    }

    @Override
    public Optional<SessionSummary> find(TenantId tenant, SessionId id) {
        return stored.head(tenant, id).map(SessionBook::summary);
    }

    @Override
    public Map<String, Data> state(TenantId tenant, SessionId id) {
        Map<String, Payload> payloads =
                stored.head(tenant, id).map(SessionHead::state).orElse(Map.of());
        Map<String, Data> state = new LinkedHashMap<>();
        new TreeMap<>(payloads).forEach((key, value) -> state.put(key, DataForm.read(value, "entry '" + key + "'")));
        return state;
    }

    @Override
    public List<Turn> turns(TenantId tenant, SessionId id, long upTo, int limit) {
        return stored.turns(tenant, id, upTo, limit, TURN_BYTES).stream()
                .map(TurnForm::read)
                .toList();
    }

    @Override
    public DeletedSession delete(TenantId tenant, SessionId id) {
        boolean found = stored.delete(tenant, id);
        long deleted = 0;
        RunId last = null;
        List<RunHead> page = runs.list(tenant, null, last, PAGE);
        while (!page.isEmpty()) {
            for (RunHead run : page) {
                if (id.equals(run.session()) && runs.delete(tenant, run.id())) {
                    deleted++;
                }
            }
            last = page.get(page.size() - 1).id();
            page = runs.list(tenant, null, last, PAGE);
        }
        return new DeletedSession(found, deleted);
    }

    private static SessionSummary summary(SessionHead head) {
        return new SessionSummary(head.id(), head.version(), head.first(), head.changed());
    }
}
