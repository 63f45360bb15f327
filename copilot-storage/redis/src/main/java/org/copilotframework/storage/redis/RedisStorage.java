package org.copilotframework.storage.redis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.jspecify.annotations.Nullable;

/** A store in Redis. All that changes is changed by one script each, in the shard of its tenant. */
final class RedisStorage implements Storage {
    /** How much one script deletes: nobody else is served while it runs. */
    private static final int DELETED_AT_ONCE = 200;

    private final RedisLink link;
    private final Shards shards;
    private final Durability durability;
    private final Schema schema;
    private final Sessions sessions;
    private final Runs runs;
    private final KeyValues values;
    private final Outbox outbox;

    RedisStorage(RedisLink link, Shards shards, Durability durability) {
        this.link = link;
        this.shards = shards;
        this.durability = durability;
        this.schema = new Schema(link, shards);
        this.sessions = new RedisSessions(link, shards);
        this.runs = new RedisRuns(link, shards);
        this.values = new RedisValues(link, shards);
        this.outbox = new RedisOutbox(link, shards);
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
        Reply reply = link.run(Script.COMMIT, shards.base(commit.tenant()), CommitScript.arguments(commit));
        return CommitScript.result(commit, reply);
    }

    @Override
    public void beginSession(TenantId tenant, SessionId session, long dropped) {
        Limits.check("dropped", dropped, 1L << 52);
        Arguments arguments = new Arguments()
                .add(tenant.value())
                .add(session.value())
                .add(dropped)
                .add(dropped + 1);
        if (link.run(Script.BEGIN_SESSION, shards.base(tenant), arguments).number(0) == 0) {
            Storage.super.beginSession(tenant, session, dropped);
        }
    }

    @Override
    public long maxCommitBytes() {
        return Arguments.MAX_CONTENT;
    }

    /** The server outlives this process, whatever it keeps when it ends itself. */
    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public Durability durability() {
        return durability;
    }

    @Override
    public void migrate() {
        schema.migrate();
    }

    @Override
    public void check() {
        schema.check();
    }

    @Override
    public List<TenantId> tenants(@Nullable TenantId after, int limit) {
        Limits.check("limit", limit, 1000);
        List<String> names = new ArrayList<>();
        shards.bases().forEach(base -> names.addAll(tenants(base, after, limit)));
        // Names of tenants are ASCII, so the order of strings is the order of code points.
        return names.stream().sorted().limit(limit).map(TenantId::new).toList();
    }

    private List<String> tenants(String base, @Nullable TenantId after, int limit) {
        List<String> names = new ArrayList<>();
        String least = after == null ? "-" : "(" + after;
        while (least != null && names.size() < limit) {
            Arguments arguments = new Arguments().add(least).add(limit - names.size());
            Reply page = link.run(Script.TENANTS, base, arguments);
            Reply found = page.list(1);
            IntStream.range(0, found.size()).mapToObj(found::text).forEach(names::add);
            least = page.textOrNull(0);
        }
        return names;
    }

    @Override
    public long erase(TenantId tenant) {
        long erased = 0;
        String goOnAfter = "0-0";
        while (goOnAfter != null) {
            Arguments arguments =
                    new Arguments().add(tenant.value()).add(DELETED_AT_ONCE).add(goOnAfter);
            Reply reply = link.run(Script.ERASE, shards.base(tenant), arguments);
            erased += reply.number(0);
            goOnAfter = reply.textOrNull(1);
        }
        return erased;
    }

    @Override
    public int sweep(Retention retention, int limit) {
        Limits.check("limit", limit, 10_000);
        List<String> bases = new ArrayList<>(shards.bases().toList());
        // A sweep that always ends at its limit shall reach every shard sometime.
        Collections.shuffle(bases);
        int swept = 0;
        for (String base : bases) {
            int most;
            int gone;
            do {
                most = Math.min(DELETED_AT_ONCE, limit - swept);
                gone = most == 0 ? 0 : sweep(base, retention, most);
                swept += gone;
            } while (gone > 0 && gone == most);
        }
        return swept;
    }

    private int sweep(String base, Retention retention, int most) {
        Arguments arguments = new Arguments().add(most).addTime(retention.idleSessions());
        return (int) link.run(Script.SWEEP, base, arguments).number(0);
    }

    @Override
    public void close() {
        link.close();
    }
}
