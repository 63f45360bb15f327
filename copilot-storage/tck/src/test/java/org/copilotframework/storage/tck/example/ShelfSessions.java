package org.copilotframework.storage.tck.example;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.storage.tck.example.Shelf.Key;
import org.copilotframework.storage.tck.example.Shelf.SessionRow;
import org.jspecify.annotations.Nullable;

/** The sessions on a shelf. */
final class ShelfSessions implements Sessions {
    private final ShelfStorage storage;

    ShelfSessions(ShelfStorage storage) {
        this.storage = storage;
    }

    @Override
    public Optional<SessionHead> head(TenantId tenant, SessionId id) {
        return storage.transaction(() -> Optional.ofNullable(row(tenant, id)).map(row -> head(id, row, row.state)));
    }

    private static SessionHead head(SessionId id, SessionRow row, Map<String, Payload> state) {
        return new SessionHead(id, row.version, row.turns.firstKey(), row.changed, state);
    }

    @Override
    public List<StoredTurn> turns(TenantId tenant, SessionId id, long upTo, int limit, long maxBytes) {
        ShelfStorage.checkLimit(limit, MAX_PAGE);
        return storage.transaction(() -> {
            SessionRow row = row(tenant, id);
            List<StoredTurn> page = new ArrayList<>();
            long bytes = 0;
            if (row != null) {
                for (StoredTurn turn :
                        row.turns.headMap(upTo, true).descendingMap().values()) {
                    bytes += turn.content().bytes().length;
                    if (page.size() == limit || (bytes > maxBytes && !page.isEmpty())) {
                        break;
                    }
                    page.add(turn);
                }
            }
            Collections.reverse(page);
            return page;
        });
    }

    @Override
    public List<SessionHead> list(TenantId tenant, @Nullable SessionId after, int limit) {
        ShelfStorage.checkLimit(limit, MAX_PAGE);
        Key from = new Key(tenant, after == null ? "" : after.value());
        return storage.transaction(() -> storage.shelf().sessions.tailMap(from, false).entrySet().stream()
                .takeWhile(entry -> entry.getKey().tenant().equals(tenant))
                .limit(limit)
                .map(entry -> head(new SessionId(entry.getKey().name()), entry.getValue(), Map.of()))
                .toList());
    }

    @Override
    public boolean delete(TenantId tenant, SessionId id) {
        return storage.transaction(() -> storage.shelf().sessions.remove(new Key(tenant, id.value())) != null);
    }

    /** The turn at the version of the commit's turn, if it is that very turn. */
    @Nullable
    StoredTurn repeated(Commit commit) {
        SessionChange change = commit.session().orElse(null);
        SessionRow row = change == null ? null : row(commit.tenant(), change.session());
        StoredTurn stored = row == null ? null : row.turns.get(change.turn().version());
        return stored != null && stored.id().equals(change.turn().id()) ? stored : null;
    }

    void check(Commit commit) {
        commit.session().ifPresent(change -> {
            SessionRow row = row(commit.tenant(), change.session());
            long version = row == null ? 0 : row.version;
            if (version != change.turn().version() - 1) {
                throw ShelfStorage.conflict(
                        "session '" + change.session() + "'",
                        version,
                        change.turn().version() - 1);
            }
        });
    }

    void write(Commit commit, Instant now) {
        commit.session().ifPresent(change -> {
            Key key = new Key(commit.tenant(), change.session().value());
            SessionRow row = storage.shelf().sessions.computeIfAbsent(key, absent -> new SessionRow());
            row.version = change.turn().version();
            row.changed = now;
            row.turns.put(row.version, change.turn());
            change.state().forEach((name, value) -> {
                if (value == null) {
                    row.state.remove(name);
                } else {
                    row.state.put(name, value);
                }
            });
            // Two at most: the cost of a commit does not depend on the session's length.
            for (int i = 0; i < 2 && change.keepTurns() > 0 && row.turns.size() > change.keepTurns(); i++) {
                row.turns.pollFirstEntry();
            }
        });
    }

    private @Nullable SessionRow row(TenantId tenant, SessionId id) {
        return storage.shelf().sessions.get(new Key(tenant, id.value()));
    }
}
