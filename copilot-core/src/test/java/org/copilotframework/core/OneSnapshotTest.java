package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A plugin and all that depends on it are seen in their old versions or in their new ones, never mixed. */
class OneSnapshotTest {
    private static final int SWAPS = 20;
    private static final int CALLERS = 4;

    @RegisterExtension
    private final TestBed bed = TestBed.started();

    /** Tells its number as an agent and as a class that others see. */
    private Path base(int number) {
        return PluginJars.plugin("base", number + ".0.0")
                .source(
                        "base.Words",
                        "package base; public class Words { public static String word() { return \"" + number
                                + "\"; } }")
                .agent("base", "return AgentReply.text(\"" + number + "\");")
                .build(bed.built());
    }

    /** Tells the number that base had when this was started, and the one that it has at the call. */
    private Path user() {
        return PluginJars.plugin("user", "1.0.0")
                .agent("user", "return AgentReply.text(atStart + \" \" + word());", """
                        private String atStart;
                        public void start(PluginContext plugin) throws Exception { atStart = word(); }
                        private static String word() throws Exception {
                            return (String) Class.forName("base.Words").getMethod("word").invoke(null);
                        }
                        """)
                .dependsOn("base")
                .build(bed.built());
    }

    /** What both told in turn: the versions only rise, so each was seen at or after the one before it. */
    private List<Integer> look() {
        List<Integer> seen = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String[] pair = bed.ask("user").split(" ");
            assertThat(pair[0]).isEqualTo(pair[1]);
            seen.add(Integer.valueOf(pair[0]));
            seen.add(Integer.valueOf(bed.ask("base")));
        }
        return seen;
    }

    @Test
    void noCallerSeesAMixOfVersionsWhileAUnitIsSwappedUnderLoad() throws Exception {
        List<Path> versions = new ArrayList<>();
        for (int i = 0; i <= SWAPS; i++) {
            versions.add(base(i));
        }
        bed.plugins().install(versions.get(0));
        bed.plugins().install(user());
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong looks = new AtomicLong();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        List<Future<?>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(threads.submit(() -> {
                while (!stop.get()) {
                    try {
                        assertThat(look()).isSorted();
                        looks.incrementAndGet();
                    } catch (Throwable failure) {
                        failures.add(failure);
                    }
                }
            }));
        }
        try {
            for (int i = 1; i <= SWAPS; i++) {
                assertThat(bed.plugins().install(versions.get(i)).reloaded()).containsExactly("user");
                assertThat(bed.ask("user")).isEqualTo(i + " " + i);
                assertThat(bed.ask("base")).isEqualTo(Integer.toString(i));
            }
        } finally {
            stop.set(true);
            threads.shutdown();
        }
        for (Future<?> caller : callers) {
            caller.get();
        }
        assertThat(failures).isEmpty();
        assertThat(looks.get()).isPositive();
    }
}
