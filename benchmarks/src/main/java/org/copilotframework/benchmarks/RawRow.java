package org.copilotframework.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Storage;

/**
 * Our commits beside the same statements by hand, in the same transaction, at the same durability, in databases of the same
 * schema; in a JVM of its own.
 */
final class RawRow {
    private static final double GOAL = 1.3;
    private static final int CROWD = Conversations.CROWD;
    private static final int ALONE_EACH = 500;
    private static final int CROWD_EACH = 150;
    /** As many connections as our store has by its default. */
    private static final int CONNECTIONS = 10;

    private RawRow() {}

    public static void main(String[] args) throws Exception {
        System.out.println(
                "one commit = a turn appended to a session and its run completed; the same commits, JSON included; "
                        + Contest.ROUNDS
                        + " rounds in turn, commits a second, median (least to most); ratio is the raw one's to ours");
        for (String name : Backend.asked(List.of("sqlite", "postgresql"))) {
            try (Backend backend = Backend.start(name);
                    Storage storage = backend.open()) {
                if (name.equals("sqlite")) {
                    sqlite(backend, storage);
                } else {
                    postgres(backend, storage);
                }
            }
        }
        System.exit(0);
    }

    private static void sqlite(Backend ours, Storage storage) throws Exception {
        try (Backend theirs = Backend.start("sqlite")) {
            theirs.open().close();
            try (RawSqlite raw = new RawSqlite(theirs.file());
                    RawGroups groups = new RawGroups(new RawSqlite(theirs.file()))) {
                Conversations.Sink byHand = commit -> {
                    synchronized (raw) {
                        raw.commit(commit);
                    }
                };
                Conversations mine = new Conversations("ours", storage::commit);
                Conversations alone = new Conversations("alone", byHand);
                Conversations grouped = new Conversations("grouped", groups::commit);
                Contest contest = new Contest()
                        .way("ours, 1 thread", () -> mine.perSecond(1, ALONE_EACH))
                        .way("raw, 1 thread", () -> alone.perSecond(1, ALONE_EACH))
                        .way("ours, 32 threads", () -> mine.perSecond(CROWD, CROWD_EACH))
                        .way("raw, 32, one group writer", () -> grouped.perSecond(CROWD, CROWD_EACH))
                        .way("raw, 32, no groups", () -> alone.perSecond(CROWD, CROWD_EACH))
                        .run();
                print(
                        "sqlite",
                        contest,
                        "ours, 1 thread",
                        "raw, 1 thread",
                        "ours, 32 threads",
                        "raw, 32, one group writer",
                        "raw, 32, no groups");
                goal("sqlite", contest, "raw, 1 thread", "ours, 1 thread");
                goal("sqlite", contest, "raw, 32, one group writer", "ours, 32 threads");
                goal("sqlite", contest, "raw, 32, no groups", "ours, 32 threads");
            }
        }
    }

    private static void postgres(Backend backend, Storage storage) throws Exception {
        String jdbc = Postgres.jdbc(
                backend.database(), Postgres.APPLICATION, backend.postgres().port());
        BlockingQueue<RawPostgres> few = new ArrayBlockingQueue<>(CONNECTIONS);
        BlockingQueue<RawPostgres> many = new ArrayBlockingQueue<>(CROWD);
        try {
            fill(few, CONNECTIONS, jdbc);
            fill(many, CROWD, jdbc);
            Conversations mine = new Conversations("ours", storage::commit);
            Conversations pooled = new Conversations("pooled", commit -> with(few, commit));
            Conversations free = new Conversations("free", commit -> with(many, commit));
            Contest contest = new Contest()
                    .way("ours, 1 thread", () -> mine.perSecond(1, ALONE_EACH))
                    .way("raw, 1 thread", () -> pooled.perSecond(1, ALONE_EACH))
                    .way("ours, 32 threads", () -> mine.perSecond(CROWD, CROWD_EACH))
                    .way("raw, 32, 10 connections", () -> pooled.perSecond(CROWD, CROWD_EACH))
                    .way("raw, 32, 32 connections", () -> free.perSecond(CROWD, CROWD_EACH))
                    .run();
            print(
                    "postgresql",
                    contest,
                    "ours, 1 thread",
                    "raw, 1 thread",
                    "ours, 32 threads",
                    "raw, 32, 10 connections",
                    "raw, 32, 32 connections");
            goal("postgresql", contest, "raw, 1 thread", "ours, 1 thread");
            goal("postgresql", contest, "raw, 32, 10 connections", "ours, 32 threads");
        } finally {
            for (RawPostgres connection : few) {
                connection.close();
            }
            for (RawPostgres connection : many) {
                connection.close();
            }
        }
    }

    private static void fill(BlockingQueue<RawPostgres> pool, int count, String jdbc) throws Exception {
        for (int i = 0; i < count; i++) {
            pool.add(new RawPostgres(jdbc));
        }
    }

    private static void with(BlockingQueue<RawPostgres> pool, Commit commit) throws Exception {
        RawPostgres connection = pool.take();
        try {
            connection.commit(commit);
        } finally {
            pool.add(connection);
        }
    }

    private static void print(String backend, Contest contest, String... ways) {
        for (String way : ways) {
            System.out.printf(
                    Locale.ROOT,
                    "%-12s %-28s %s%n",
                    backend,
                    way,
                    contest.of(way).show("%.0f"));
        }
    }

    private static void goal(String backend, Contest contest, String raw, String ours) {
        Contest.goal(backend + ": " + ours + " to " + raw, contest.median(raw) / contest.median(ours), GOAL);
    }
}
