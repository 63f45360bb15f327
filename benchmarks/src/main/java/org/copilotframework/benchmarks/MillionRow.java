package org.copilotframework.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Storage;

/** Opening a session, appending to one and paging through them, with more and more of them; in a JVM of its own. */
final class MillionRow {
    private static final int SESSIONS = Integer.getInteger("sessions", 1_000_000);
    private static final int OPENED = 400;
    private static final int APPENDED = 300;
    private static final int PAGES = 100;
    private static final int PAGE = 100;
    private static final List<String> DEEDS = List.of("open", "append", "page");

    private MillionRow() {}

    /** A store with so many sessions. */
    private record Filled(Backend backend, Storage storage, int count, Random random) {
        double open() {
            long[] nanos = new long[OPENED];
            for (int i = 0; i < OPENED; i++) {
                SessionId session = any();
                long start = System.nanoTime();
                SessionHead head =
                        storage.sessions().head(Activations.TENANT, session).orElseThrow();
                storage.sessions().turns(Activations.TENANT, session, head.version(), 20, 1 << 20);
                nanos[i] = System.nanoTime() - start;
            }
            return Sample.ofLongs(nanos, OPENED, 1e3).median();
        }

        double append() {
            long[] nanos = new long[APPENDED];
            for (int i = 0; i < APPENDED; i++) {
                SessionId session = any();
                long version = storage.sessions()
                        .head(Activations.TENANT, session)
                        .orElseThrow()
                        .version();
                long start = System.nanoTime();
                storage.commit(Activations.turn(session, version + 1));
                nanos[i] = System.nanoTime() - start;
            }
            return Sample.ofLongs(nanos, APPENDED, 1e3).median();
        }

        double page() {
            long[] nanos = new long[PAGES];
            for (int i = 0; i < PAGES; i++) {
                SessionId after = any();
                long start = System.nanoTime();
                storage.sessions().list(Activations.TENANT, after, PAGE);
                nanos[i] = System.nanoTime() - start;
            }
            return Sample.ofLongs(nanos, PAGES, 1e3).median();
        }

        private SessionId any() {
            return Bulk.session(1 + random.nextInt(count));
        }
    }

    public static void main(String[] args) throws Exception {
        System.out.println(
                "sessions of one tenant, one turn each, filled in by SQL from the rows of one that the store made;"
                        + " random ones are opened (head and 20 turns), appended to, paged (" + PAGE
                        + " from there on); each size in a"
                        + " database of its own, in turn; " + Contest.ROUNDS
                        + " rounds, us, median of the medians (least to most)");
        for (String name : Backend.asked(List.of("sqlite", "postgresql"))) {
            try (Backend first = Backend.start(name)) {
                measure(first);
            }
        }
        System.exit(0);
    }

    private static void measure(Backend first) throws Exception {
        List<Filled> sizes = new ArrayList<>();
        try {
            for (int count = 1_000; count <= SESSIONS; count *= 10) {
                Backend backend = first.another();
                Storage storage = backend.open();
                sizes.add(new Filled(backend, storage, count, new Random(count)));
                long start = System.nanoTime();
                Bulk.sessions(backend, storage, count);
                System.out.printf(
                        Locale.ROOT,
                        "%-12s %,d sessions filled in, %.1f s%n",
                        first.name(),
                        count,
                        (System.nanoTime() - start) / 1e9);
            }
            Contest contest = new Contest();
            for (Filled size : sizes) {
                contest.way("open " + size.count(), size::open);
                contest.way("append " + size.count(), size::append);
                contest.way("page " + size.count(), size::page);
            }
            contest.run();
            for (Filled size : sizes) {
                Map<String, String> shown = new LinkedHashMap<>();
                DEEDS.forEach(deed ->
                        shown.put(deed, contest.of(deed + " " + size.count()).show("%.0f")));
                System.out.printf(
                        Locale.ROOT,
                        "%-12s %,9d sessions: open %-24s append %-24s page %-24s%n",
                        first.name(),
                        size.count(),
                        shown.get("open"),
                        shown.get("append"),
                        shown.get("page"));
            }
            int least = sizes.get(0).count();
            int most = sizes.get(sizes.size() - 1).count();
            for (String deed : DEEDS) {
                System.out.printf(
                        Locale.ROOT,
                        "%-12s %-6s at %,d to %,d: ratio %.2f, goal flat%n",
                        first.name(),
                        deed,
                        most,
                        least,
                        contest.median(deed + " " + most) / contest.median(deed + " " + least));
            }
        } finally {
            for (Filled size : sizes) {
                size.storage().close();
                size.backend().close();
            }
        }
    }
}
