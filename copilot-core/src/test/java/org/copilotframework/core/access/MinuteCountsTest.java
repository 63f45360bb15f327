package org.copilotframework.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is counted within a minute, by a clock of the test. */
class MinuteCountsTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final List<Map<String, Integer>> ended = new ArrayList<>();
    private final MinuteCounts counts = new MinuteCounts(clock::get, counted -> {
        Map<String, Integer> plain = new HashMap<>();
        counted.forEach((key, count) -> plain.put(key, count.get()));
        ended.add(plain);
    });

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void aMinuteIsCountedAndThenAnew() {
        assertThat(counts.add("a")).isEqualTo(1);
        pass(Duration.ofSeconds(59));
        assertThat(counts.add("a")).isEqualTo(2);
        assertThat(counts.of("b")).isZero();
        assertThat(counts.rest()).isEqualTo(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertThat(counts.of("a")).isZero();
        assertThat(counts.add("a")).isEqualTo(1);
        assertThat(ended).containsExactly(Map.of("a", 2));
        counts.end();
        assertThat(ended).hasSize(2);
        counts.end();
        assertThat(ended).as("nothing is told of nothing").hasSize(2);
    }

    @Test
    void itGrowsNoFurtherAndCountsWhatIsTooManyTogether() {
        for (int i = 0; i < MinuteCounts.MOST_KEYS; i++) {
            assertThat(counts.add("key " + i)).isEqualTo(1);
        }
        assertThat(counts.of("one more")).isZero();
        assertThat(counts.add("one more")).isEqualTo(1);
        assertThat(counts.add("another")).isEqualTo(2);
        assertThat(counts.of("a third")).isEqualTo(2);
        assertThat(counts.add("key 7")).as("those that are there count on").isEqualTo(2);
        pass(Duration.ofMinutes(1));
        assertThat(counts.of("key 7")).isZero();
        assertThat(ended.get(0)).hasSize(MinuteCounts.MOST_KEYS + 1).containsEntry(MinuteCounts.OTHERS, 2);
        assertThat(counts.add("one more")).isEqualTo(1);
    }

    @Test
    void itTellsHowFarTheMinuteIs() {
        assertThat(counts.seconds()).isZero();
        pass(Duration.ofMillis(2_999));
        assertThat(counts.seconds()).isEqualTo(2);
        pass(Duration.ofMinutes(1));
        assertThat(counts.seconds()).isZero();
    }

    @Test
    void aKeyIsAsLongAsItsBeginning() {
        counts.add("x".repeat(1_000_000));
        assertThat(counts.of("x".repeat(64) + "y")).isEqualTo(1);
    }
}
