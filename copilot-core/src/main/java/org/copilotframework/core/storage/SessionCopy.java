package org.copilotframework.core.storage;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/**
 * Copies one session turn by turn, each at its version; the state comes with the last turn. The version that the target has
 * tells where an earlier copy was cut short.
 */
final class SessionCopy {
    private final Storage source;
    private final Storage target;
    private final StoreListing listing;

    SessionCopy(Storage source, Storage target) {
        this.source = source;
        this.target = target;
        this.listing = new StoreListing(source);
    }

    void copy(TenantId tenant, SessionId id, LongConsumer turns) {
        SessionHead whole = source.sessions().head(tenant, id).orElse(null);
        if (whole == null) {
            return;
        }
        SessionHead there =
                target.sessions().head(tenant, id).orElseGet(() -> new SessionHead(id, 0, 1, Instant.EPOCH, Map.of()));
        if (there.version() > whole.version()) {
            throw new ConflictException("session '" + id + "' of tenant '" + tenant + "' is at version "
                    + there.version() + " in the target and at " + whole.version()
                    + " in the source; delete it in the target, or copy into an empty store");
        }
        turns.accept(Math.max(0, there.version() - whole.first() + 1));
        if (there.version() < whole.first() - 1) {
            target.beginSession(tenant, id, whole.first() - 1);
        }
        long next = Math.max(there.version() + 1, whole.first());
        listing.turns(tenant, id, next, whole.version(), turn -> {
            boolean last = turn.version() == whole.version();
            commit(tenant, change(whole, turn, last ? state(whole, there) : new LinkedHashMap<>()));
            turns.accept(1);
        });
    }

    private void commit(TenantId tenant, SessionChange change) {
        target.commit(Commit.in(tenant).session(change).build());
    }

    @SuppressWarnings("NullAway") // The compiler drops the annotation within the type from the record's constructor.
    private static SessionChange change(SessionHead whole, StoredTurn turn, Map<String, @Nullable Payload> state) {
        long kept = whole.first() == 1 ? 0 : Math.min(Integer.MAX_VALUE, turn.version() - whole.first() + 1);
        return new SessionChange(whole.id(), turn, state, (int) kept);
    }

    private static Map<String, @Nullable Payload> state(SessionHead whole, SessionHead there) {
        Map<String, @Nullable Payload> state = new LinkedHashMap<>();
        there.state().keySet().forEach(key -> state.put(key, null));
        state.putAll(whole.state());
        return state;
    }
}
