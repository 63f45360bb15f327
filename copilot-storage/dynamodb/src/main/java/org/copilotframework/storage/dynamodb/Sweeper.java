package org.copilotframework.storage.dynamodb;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Retention;

/**
 * Deletes sessions and runs whose time is over. Values are left to DynamoDB's own expiry, which costs nothing and which nobody
 * can tell from ours.
 */
final class Sweeper {
    private final Backend backend;
    private final InstantSource clock;
    private final SessionRemoval sessions;
    private final RunRemoval runs;

    Sweeper(Backend backend, InstantSource clock, SessionRemoval sessions, RunRemoval runs) {
        this.backend = backend;
        this.clock = clock;
        this.sessions = sessions;
        this.runs = runs;
    }

    /** Where a session is, by the day of its last change. */
    static String idle(String id) {
        return "idle/" + Keys.shard(id);
    }

    /** Where a run that has ended is, by the end of its time, and a session whose deletion was begun. */
    static String gone(String id) {
        return "gone/" + Keys.shard(id);
    }

    int sweep(Retention retention, int limit) {
        Work work = backend.longWork();
        Instant now = clock.instant();
        int deleted = 0;
        for (int shard = 0; shard < Keys.SHARDS && deleted < limit; shard++) {
            deleted += sweep(work, "gone/" + shard, Times.millis(now), limit - deleted);
        }
        if (retention.idleSessions() != null) {
            long day =
                    Math.floorDiv(Times.millis(now) - Times.millis(retention.idleSessions()), TimeUnit.DAYS.toMillis(1))
                            - 1;
            for (int shard = 0; shard < Keys.SHARDS && deleted < limit; shard++) {
                deleted += sweep(work, "idle/" + shard, day, limit - deleted);
            }
        }
        return deleted;
    }

    private int sweep(Work work, String partition, long upTo, int limit) {
        int deleted = 0;
        Iterator<Item> old =
                work.query(Query.indexUpTo(TableDesign.SWEEP, partition, upTo).pages(Math.min(limit, 100)));
        while (deleted < limit && old.hasNext()) {
            Key key = old.next().key();
            String[] place = key.partition().split("/", 3);
            boolean gone = place[1].equals("run")
                    ? runs.remove(work, key, upTo)
                    : sessions.remove(work, RunItems.tenant(key), new SessionId(place[2]), upTo);
            deleted += gone ? 1 : 0;
        }
        return deleted;
    }
}
