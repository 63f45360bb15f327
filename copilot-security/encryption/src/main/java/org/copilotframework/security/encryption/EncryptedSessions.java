package org.copilotframework.security.encryption;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/** Sessions whose turns and state are encrypted. */
final class EncryptedSessions implements Sessions {
    private final Sessions plain;
    private final Vault vault;

    EncryptedSessions(Sessions plain, Vault vault) {
        this.plain = plain;
        this.vault = vault;
    }

    @Override
    public Optional<SessionHead> head(TenantId tenant, SessionId id) {
        return plain.head(tenant, id).map(head -> {
            Map<String, Payload> state = new HashMap<>();
            head.state().forEach((key, value) -> state.put(key, vault.open(tenant, value, Slot.state(id, key))));
            return new SessionHead(head.id(), head.version(), head.first(), head.changed(), state);
        });
    }

    @Override
    public List<StoredTurn> turns(TenantId tenant, SessionId id, long upTo, int limit, long maxBytes) {
        List<StoredTurn> page = plain.turns(tenant, id, upTo, limit, PageBytes.stored(maxBytes, limit));
        return PageBytes.last(page, maxBytes, turn -> Vault.bytesWithin(turn.content())).stream()
                .map(turn -> opened(tenant, id, turn, vault))
                .toList();
    }

    static StoredTurn opened(TenantId tenant, SessionId session, StoredTurn turn, Vault vault) {
        return with(turn, vault.open(tenant, turn.content(), Slot.turn(session, turn.version(), turn.id())));
    }

    static StoredTurn with(StoredTurn turn, Payload content) {
        return new StoredTurn(turn.id(), turn.version(), turn.time(), turn.agent(), content);
    }

    @Override
    public List<SessionHead> list(TenantId tenant, @Nullable SessionId after, int limit) {
        return plain.list(tenant, after, limit);
    }

    @Override
    public boolean delete(TenantId tenant, SessionId id) {
        return plain.delete(tenant, id);
    }
}
