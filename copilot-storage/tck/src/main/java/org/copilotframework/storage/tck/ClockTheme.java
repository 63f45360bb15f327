package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes beside the test's own, one with a clock that is an hour ahead and one with a clock that is an hour behind. */
abstract class ClockTheme extends Theme {
    static final Duration WRONG = Duration.ofHours(1);
    /** Long, and less than the clocks are wrong. */
    static final Duration HALF = WRONG.dividedBy(2);

    @TempDir
    static Path folder;

    private ClockNode ahead;
    private ClockNode behind;

    @BeforeAll
    void startNodes() throws IOException {
        ahead = ClockNode.start(store(), folder, WRONG);
        behind = ClockNode.start(store(), folder, WRONG.negated());
        assertThat(ahead.now()).isAfter(Instant.now().plus(HALF));
        assertThat(behind.now()).isBefore(Instant.now().minus(HALF));
    }

    @AfterAll
    void endNodes() {
        for (ClockNode node : new ClockNode[] {ahead, behind}) {
            if (node != null) {
                node.close();
            }
        }
    }

    /** A node, with a name for the report. */
    record Node(String clock, ClockNode node) {
        @Override
        public String toString() {
            return clock;
        }
    }

    /** Both nodes. */
    Stream<Node> nodes() {
        return Stream.of(new Node("an hour ahead", ahead), new Node("an hour behind", behind));
    }
}
