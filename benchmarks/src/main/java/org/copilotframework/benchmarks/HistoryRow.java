package org.copilotframework.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A turn of a conversation beside LangChain4j, Spring AI and spring-ai-session, on the same database; in a JVM of its own. */
final class HistoryRow {
    /** A pool's own question whether a connection still lives is no statement of a turn. */
    static final String FLAG = "-Dcom.zaxxer.hikari.aliveBypassWindowMs=600000";

    /** Spring AI's default; LangChain4j has none, and spring-ai-session reads all if it is not told otherwise. */
    private static final int WINDOW = 20;

    private static final List<Integer> HISTORIES = Stream.of(
                    System.getProperty("history", "0,100,1000,10000").split(","))
            .map(Integer::valueOf)
            .toList();

    private static final int TURNS = 20;
    private static final int WARM_UP = 100;

    /** The driver of PostgreSQL sends bytes as they are from a statement's fifth time on; by then pools are filled too. */
    private static final int SETTLED = 8;

    private static final String OURS = "ours";

    /** With {@code -Dcounts=only} no time is measured: what is counted needs no machine that has nothing else to do. */
    private static final boolean TIMES = !System.getProperty("counts", "").equals("only");

    private HistoryRow() {}

    public static void main(String[] args) throws Exception {
        System.out.println(
                "a turn = read what was said before, store a question of 120 characters and an answer of 480; history"
                        + " in messages (ours has two of them in one turn); window: the last " + WINDOW
                        + " messages; all: every message; "
                        + Contest.ROUNDS + " rounds in turn, us, median of the medians (least to most)");
        for (String name : Backend.asked(List.of("sqlite", "postgresql"))) {
            try (Backend backend = Backend.start(name);
                    Backend theirs = backend.another()) {
                warmUp(backend, theirs);
                for (int history : HISTORIES) {
                    for (int window : history <= WINDOW ? new int[] {WINDOW} : new int[] {WINDOW, Memory.ALL}) {
                        compare(backend, theirs, history, window);
                    }
                }
            }
        }
        System.exit(0);
    }

    /** The first turns of a JVM measure its compilers. */
    private static void warmUp(Backend backend, Backend theirs) throws Exception {
        fill(backend, theirs, "warm", 5 * WINDOW, Memory.ALL);
        for (Memory memory : memories(backend, theirs, port(backend), "off").values()) {
            try (memory) {
                for (int i = 0; i < WARM_UP; i++) {
                    memory.turn("warm", i % 2 == 0 ? WINDOW : Memory.ALL);
                }
            }
        }
    }

    private static void compare(Backend backend, Backend theirs, int history, int window) throws Exception {
        String conversation = "c-" + history + (window == WINDOW ? "-window" : "-all");
        Map<String, Memory> memories = memories(backend, theirs, port(backend), "");
        Map<String, String> counted = Map.of();
        Contest contest = new Contest();
        try {
            if (history > 0) {
                fill(backend, theirs, conversation, history, window);
            }
            if (TIMES) {
                for (Map.Entry<String, Memory> memory : memories.entrySet()) {
                    contest.way(memory.getKey(), () -> micros(memory.getValue(), conversation, history, window));
                }
                contest.run();
            }
            if (backend.name().equals("sqlite")) {
                counted = file(memories, conversation, history, window);
            }
        } finally {
            for (Memory memory : memories.values()) {
                memory.close();
            }
        }
        if (!backend.name().equals("sqlite")) {
            counted = wire(backend, theirs, conversation, history, window);
        }
        for (String name : memories.keySet()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-10s %6d, %-6s %-18s %s%s%n",
                    backend.name(),
                    history,
                    window == WINDOW ? "window" : "all",
                    name,
                    TIMES ? times(contest, name) : "",
                    counted.get(name));
        }
    }

    private static String times(Contest contest, String name) {
        return String.format(
                Locale.ROOT,
                "%-36s %5.1f times ours  ",
                contest.of(name).show("%.0f"),
                contest.median(name) / contest.median(OURS));
    }

    private static void fill(Backend backend, Backend theirs, String conversation, int history, int window)
            throws Exception {
        for (Memory filler : memories(backend, theirs, port(backend), "off").values()) {
            try (filler) {
                filler.fill(conversation, history, window);
            }
        }
    }

    private static int port(Backend backend) {
        return backend.name().equals("sqlite") ? 0 : backend.postgres().port();
    }

    private static Map<String, Memory> memories(Backend backend, Backend theirs, int port, String synchronous)
            throws Exception {
        Map<String, Memory> memories = new LinkedHashMap<>();
        if (backend.name().equals("sqlite")) {
            memories.put(OURS, new OurMemory(backend.open()));
            memories.put("LangChain4j", new LangChainMemory(Peers.sqlite(theirs.file())));
            memories.put("Spring AI", new SpringMemory(Peers.sqlite(theirs.file()), "sqlite"));
        } else {
            String jdbc = Postgres.jdbc(theirs.database(), Postgres.OWNER, port) + "&sslmode=disable"
                    + (synchronous.isEmpty() ? "" : "&options=-c%20synchronous_commit=" + synchronous);
            memories.put(OURS, new OurMemory(backend.through(port).open()));
            memories.put("LangChain4j", new LangChainMemory(Peers.postgres(jdbc)));
            memories.put("Spring AI", new SpringMemory(Peers.postgres(jdbc), "postgresql"));
            memories.put("spring-ai-session", new SpringSessionMemory(Peers.postgres(jdbc)));
        }
        return memories;
    }

    private static double micros(Memory memory, String conversation, int history, int window) throws Exception {
        int turns = history >= 10_000 && window != WINDOW ? 2 : TURNS;
        long[] nanos = new long[turns];
        for (int i = 0; i < turns; i++) {
            String which = history == 0 ? "n-" + System.nanoTime() : conversation;
            long start = System.nanoTime();
            int read = memory.turn(which, window);
            nanos[i] = System.nanoTime() - start;
            if (read < Math.min(history, window) - 2) {
                ChildJvm.broken(memory + " gave " + read + " messages of " + history);
            }
        }
        return Sample.ofLongs(nanos, turns, 1e3).median();
    }

    private static Map<String, String> wire(
            Backend backend, Backend theirs, String conversation, int history, int window) throws Exception {
        Map<String, String> counted = new LinkedHashMap<>();
        Map<String, Long> changed = changed(backend, theirs, conversation, history, window);
        try (Wire wire = new Wire(backend.postgres().port())) {
            Map<String, Memory> memories = memories(backend, theirs, wire.port(), "");
            for (Map.Entry<String, Memory> memory : memories.entrySet()) {
                for (int i = 0; i < SETTLED; i++) {
                    memory.getValue().turn("small", WINDOW);
                }
                String which = history == 0 ? "w-" + System.nanoTime() : conversation;
                long log = log(backend);
                wire.reset();
                memory.getValue().turn(which, window);
                counted.put(
                        memory.getKey(),
                        String.format(
                                Locale.ROOT,
                                "statements %d, rows read %d, changed %d, bytes on the wire %d, in the log %d",
                                wire.statements.get(),
                                wire.rowsRead.get(),
                                changed.get(memory.getKey()),
                                wire.bytes.get(),
                                log(backend) - log));
            }
            for (Memory memory : memories.values()) {
                memory.close();
            }
        }
        return counted;
    }

    /** The rows that a turn changes, by each; those that are changed when all are opened do not count. */
    private static Map<String, Long> changed(
            Backend backend, Backend theirs, String conversation, int history, int window) throws Exception {
        Map<String, Long> changed = new LinkedHashMap<>();
        long opening = changed(backend, theirs, "nobody", conversation, window);
        for (String name : List.of(OURS, "LangChain4j", "Spring AI", "spring-ai-session")) {
            String which = history == 0 ? "r-" + System.nanoTime() : conversation;
            changed.put(name, changed(backend, theirs, name, which, window) - opening);
        }
        return changed;
    }

    private static long changed(Backend backend, Backend theirs, String name, String conversation, int window)
            throws Exception {
        Postgres server = backend.postgres();
        long before = server.rowsChanged(backend.database(), theirs.database());
        Map<String, Memory> memories = memories(backend, theirs, server.port(), "");
        try {
            Memory one = memories.get(name);
            if (one != null) {
                one.turn(conversation, window);
            }
        } finally {
            for (Memory memory : memories.values()) {
                memory.close();
            }
        }
        return server.rowsChanged(backend.database(), theirs.database()) - before;
    }

    /** Where the server's log of changes ends. */
    private static long log(Backend backend) throws Exception {
        try (Connection connection = backend.postgres().connect("postgres", "postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static Map<String, String> file(Map<String, Memory> memories, String conversation, int history, int window)
            throws Exception {
        Map<String, String> counted = new LinkedHashMap<>();
        for (Map.Entry<String, Memory> memory : memories.entrySet()) {
            for (int i = 0; i < SETTLED; i++) {
                memory.getValue().turn("small", WINDOW);
            }
            String which = history == 0 ? "w-" + System.nanoTime() : conversation;
            long read = io("rchar");
            long written = io("wchar");
            SqliteCounts.Counted turn = SqliteCounts.of(() -> memory.getValue().turn(which, window));
            counted.put(
                    memory.getKey(),
                    String.format(
                            Locale.ROOT,
                            "statements %d, rows read %d, changed %d, bytes read %d, written %d",
                            turn.statements(),
                            turn.rowsRead(),
                            turn.rowsChanged(),
                            io("rchar") - read,
                            io("wchar") - written));
        }
        return counted;
    }

    /** What this process has read from or written to files, where the system tells. */
    private static long io(String which) throws IOException {
        Path told = Path.of("/proc/self/io");
        if (!Files.isReadable(told)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(told)) {
            return lines.filter(line -> line.startsWith(which + ":"))
                    .mapToLong(line -> Long.parseLong(line.substring(which.length() + 2)))
                    .sum();
        }
    }
}
