package org.copilotframework.benchmarks;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.copilotframework.api.spi.storage.Storage;

/** Commits a second of each backend, with one thread and with 32; in a JVM of its own. */
final class CommitsRow {
    /** How many in a round: of one thread, and of each of 32. DynamoDB Local makes about 100 a second. */
    private static final Map<String, int[]> COUNTS = Map.of(
            "memory", new int[] {20_000, 2_000},
            "sqlite", new int[] {500, 150},
            "postgresql", new int[] {500, 150},
            "redis", new int[] {500, 150},
            "dynamodb", new int[] {25, 2});

    private CommitsRow() {}

    public static void main(String[] args) throws Exception {
        System.out.println(
                "one commit = a turn appended to a session and its run completed, as the orchestrator makes it;"
                        + " each thread has a session of its own; the runs are begun before, not counted; "
                        + Contest.ROUNDS
                        + " rounds, commits a second, median (least to most)");
        for (String name : Backend.asked(Backend.ALL)) {
            try (Backend backend = Backend.start(name);
                    Storage storage = backend.open()) {
                Conversations conversations = new Conversations("conversation", storage::commit);
                int[] counts = Objects.requireNonNull(COUNTS.get(name), name);
                Contest contest = new Contest()
                        .way("1", () -> conversations.perSecond(1, counts[0]))
                        .way("32", () -> conversations.perSecond(Conversations.CROWD, counts[1]))
                        .run();
                System.out.printf(
                        Locale.ROOT,
                        "%-12s 1 thread %-28s 32 threads %-28s durability %s%n",
                        name,
                        contest.of("1").show("%.0f"),
                        contest.of("32").show("%.0f"),
                        storage.durability());
            }
        }
        System.exit(0);
    }
}
