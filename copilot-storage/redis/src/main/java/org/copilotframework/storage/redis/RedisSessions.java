package org.copilotframework.storage.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/** Sessions: a hash with the head and the state, and a hash with the turns by version. */
final class RedisSessions implements Sessions {
    private final RedisLink link;
    private final Shards shards;

    RedisSessions(RedisLink link, Shards shards) {
        this.link = link;
        this.shards = shards;
    }

    @Override
    public Optional<SessionHead> head(TenantId tenant, SessionId id) {
        String key = shards.base(tenant) + "s:" + tenant + ":" + id;
        Map<String, byte[]> fields = link.ask(commands -> commands.hgetall(key));
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Payload> state = new HashMap<>();
        fields.forEach((name, content) -> {
            if (name.startsWith(".")) {
                state.put(name.substring(1), Payload.of(content));
            }
        });
        Reply head = new Reply(List.of(field(fields, "v"), field(fields, "f"), field(fields, "c")));
        return Optional.of(new SessionHead(id, head.number(0), head.number(1), head.time(2), state));
    }

    @Override
    public List<StoredTurn> turns(TenantId tenant, SessionId id, long upTo, int limit, long maxBytes) {
        Limits.check("limit", limit, MAX_PAGE);
        Arguments arguments = new Arguments()
                .add(tenant.value())
                .add(id.value())
                .add(upTo)
                .add(limit)
                .add(maxBytes);
        Reply found = link.run(Script.TURNS, shards.base(tenant), arguments);
        List<StoredTurn> turns = new ArrayList<>();
        for (int i = found.size() - 1; i >= 1; i--) {
            turns.add(TurnForm.read(found.bytes(i), found.number(0) - i + 1));
        }
        return turns;
    }

    @Override
    public List<SessionHead> list(TenantId tenant, @Nullable SessionId after, int limit) {
        Limits.check("limit", limit, MAX_PAGE);
        Arguments arguments = new Arguments()
                .add(tenant.value())
                .add(after == null ? "-" : "(" + after)
                .add(limit);
        return link.run(Script.SESSIONS, shards.base(tenant), arguments).lists().stream()
                .map(head -> new SessionHead(
                        new SessionId(head.text(0)), head.number(1), head.number(2), head.time(3), Map.of()))
                .toList();
    }

    @Override
    public boolean delete(TenantId tenant, SessionId id) {
        Arguments arguments = new Arguments().add(tenant.value()).add(id.value());
        return link.run(Script.DELETE_SESSION, shards.base(tenant), arguments).number(0) > 0;
    }

    private static byte[] field(Map<String, byte[]> fields, String name) {
        return Objects.requireNonNull(fields.get(name), name);
    }
}
