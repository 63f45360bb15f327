package org.copilotframework.security.encryption;

import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/** A store whose payloads are encrypted. */
final class EncryptedStorage implements Storage {
    /** For so many payloads of one commit there is room beside what it may hold. */
    private static final int PAYLOADS = 4 * Commit.MAX_RIDERS;

    private final Storage plain;
    private final StoreMark mark;
    private final Vault vault;
    private final Sessions sessions;
    private final Runs runs;
    private final KeyValues values;
    private final Outbox outbox;

    EncryptedStorage(Storage plain, DataKeys keys, StoreMark mark) {
        this.plain = plain;
        this.mark = mark;
        this.vault = new Vault(keys);
        this.sessions = new EncryptedSessions(plain.sessions(), vault);
        this.runs = new EncryptedRuns(plain.runs(), vault);
        this.values = new EncryptedValues(plain.values(), vault);
        this.outbox = new EncryptedOutbox(plain.outbox(), vault);
    }

    @Override
    public Sessions sessions() {
        return sessions;
    }

    @Override
    public Runs runs() {
        return runs;
    }

    @Override
    public KeyValues values() {
        return values;
    }

    @Override
    public Outbox outbox() {
        return outbox;
    }

    @Override
    public CommitResult commit(Commit commit) {
        CommitResult result = plain.commit(SealedCommit.of(commit, vault));
        StoredTurn turn = result.turn();
        if (turn == null) {
            return result;
        }
        boolean ours = !result.repeated() && commit.session().isPresent();
        StoredTurn opened = ours
                ? EncryptedSessions.with(turn, commit.session().get().turn().content())
                : EncryptedSessions.opened(
                        commit.tenant(), commit.session().orElseThrow().session(), turn, vault);
        return new CommitResult(result.repeated(), opened, result.fence());
    }

    @Override
    public void beginSession(TenantId tenant, SessionId session, long dropped) {
        plain.beginSession(tenant, session, dropped);
    }

    @Override
    public long maxCommitBytes() {
        long most = plain.maxCommitBytes();
        return most == Long.MAX_VALUE ? most : Math.max(1, most - (long) PAYLOADS * Vault.OVERHEAD);
    }

    @Override
    public Durability durability() {
        return plain.durability();
    }

    @Override
    public boolean shared() {
        return plain.shared();
    }

    @Override
    public void migrate() {
        plain.migrate();
        mark.begin();
    }

    @Override
    public void check() {
        plain.check();
        mark.demand();
    }

    @Override
    public void checkReadable(TenantId tenant) {
        vault.demandKey(tenant);
        plain.checkReadable(tenant);
    }

    /** Without the one under which the encryption keeps what is its own. */
    @Override
    public List<TenantId> tenants(@Nullable TenantId after, int limit) {
        List<TenantId> page = new ArrayList<>(plain.tenants(after, limit));
        if (page.remove(Encryption.KEYS) && page.size() == limit - 1) {
            page.addAll(plain.tenants(page.isEmpty() ? Encryption.KEYS : last(page), 1));
        }
        return List.copyOf(page);
    }

    private static TenantId last(List<TenantId> page) {
        TenantId last = page.get(page.size() - 1);
        return last.value().compareTo(Encryption.KEYS.value()) < 0 ? Encryption.KEYS : last;
    }

    @Override
    public long erase(TenantId tenant) {
        return plain.erase(tenant);
    }

    @Override
    public int sweep(Retention retention, int limit) {
        return plain.sweep(retention, limit);
    }

    @Override
    public void close() {
        plain.close();
    }
}
