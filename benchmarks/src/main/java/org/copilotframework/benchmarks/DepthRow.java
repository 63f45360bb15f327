package org.copilotframework.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Storage;

/** A commit at turn 10 of a session against one at turn 10,000; in a JVM of its own. */
final class DepthRow {
    private static final double GOAL = 1.2;
    private static final int SHALLOW = 10;
    private static final int DEEP = 10_000;
    private static final int EACH = 400;
    /** DynamoDB Local makes about 100 commits a second; to come to turn 10,000 takes it some minutes. */
    private static final int EACH_DYNAMODB = 30;

    private DepthRow() {}

    public static void main(String[] args) throws Exception {
        System.out.println(
                "one commit = a turn appended to a session; one thread, a commit at turn 10 of a session that"
                        + " then goes on to turn 20, and one to the deep session, in turn; " + Contest.ROUNDS
                        + " rounds, us, median of the rounds' medians (least to most)");
        for (String name : Backend.asked(Backend.ALL)) {
            try (Backend backend = Backend.start(name);
                    Storage storage = backend.open()) {
                compare(name, storage, name.equals("dynamodb") ? EACH_DYNAMODB : EACH);
            }
        }
        System.exit(0);
    }

    private static void compare(String name, Storage storage, int each) {
        SessionId deep = new SessionId("deep");
        for (long version = 1; version <= DEEP; version++) {
            storage.commit(Activations.turn(deep, version));
        }
        long deepVersion = DEEP;
        List<Double> shallowMedians = new ArrayList<>();
        List<Double> deepMedians = new ArrayList<>();
        for (int round = -1; round < Contest.ROUNDS; round++) {
            long[] shallow = new long[each];
            long[] far = new long[each];
            for (int i = 0; i < each; i++) {
                SessionId session = new SessionId("shallow-" + round + "-" + i / 10);
                if (i % 10 == 0) {
                    for (long version = 1; version < SHALLOW; version++) {
                        storage.commit(Activations.turn(session, version));
                    }
                }
                shallow[i] = nanos(storage, session, SHALLOW + i % 10);
                far[i] = nanos(storage, deep, ++deepVersion);
            }
            if (round >= 0) {
                shallowMedians.add(Sample.ofLongs(shallow, each, 1e3).median());
                deepMedians.add(Sample.ofLongs(far, each, 1e3).median());
            }
        }
        Sample shallow = Sample.of(shallowMedians);
        Sample far = Sample.of(deepMedians);
        System.out.printf(
                Locale.ROOT,
                "%-12s at turn %d %-24s at turn %,d %-24s%n",
                name,
                SHALLOW,
                shallow.show("%.0f"),
                DEEP,
                far.show("%.0f"));
        Contest.goal(name + ", at turn " + DEEP, far.median() / shallow.median(), GOAL);
    }

    private static long nanos(Storage storage, SessionId session, long version) {
        long start = System.nanoTime();
        storage.commit(Activations.turn(session, version));
        return System.nanoTime() - start;
    }
}
