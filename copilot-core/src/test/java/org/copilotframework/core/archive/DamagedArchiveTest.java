package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the bytes of an archive, it is taken or refused, and nothing is written outside the store. */
class DamagedArchiveTest {
    private static final ArchiveLimits LIMITS = new ArchiveLimits(1 << 20, 1000, 16 << 20, 100);

    @TempDir
    Path folder;

    @Test
    void anArchiveCutAnywhereIsRefused() throws Exception {
        for (Path archive : archives()) {
            byte[] whole = Files.readAllBytes(archive);
            for (int size = 0; size < whole.length; size += size < whole.length - 300 ? 17 : 1) {
                assertThat(taken(Arrays.copyOf(whole, size), "cut at " + size)).isFalse();
            }
        }
    }

    @Test
    void anArchiveWithFlippedBitsIsTakenOrRefused() throws Exception {
        Random random = new Random(20250101);
        for (Path archive : archives()) {
            byte[] whole = Files.readAllBytes(archive);
            for (int round = 0; round < 1500; round++) {
                byte[] damaged = whole.clone();
                for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                    // Half of them where the directory is, where they do most.
                    int at = random.nextBoolean()
                            ? random.nextInt(whole.length)
                            : whole.length - 1 - random.nextInt(Math.min(whole.length, 600));
                    damaged[at] ^= (byte) (1 << random.nextInt(8));
                }
                taken(damaged, "round " + round);
            }
        }
    }

    @Test
    void arbitraryBytesAreRefused() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            assertThat(taken(bytes, "round " + round)).isFalse();
        }
    }

    private List<Path> archives() {
        PluginJars plugin = PluginJars.plugin("good", "1.0.0").agent("good", "return AgentReply.text(\"good\");");
        return List.of(
                plugin.build(folder.resolve("sources")),
                plugin.library("l.jar", Map.of("lib.L", "package lib; public class L {}"))
                        .buildZip(folder.resolve("sources")));
    }

    private boolean taken(byte[] bytes, String what) throws IOException {
        Path world = folder.resolve("world");
        Path home = world.resolve("home");
        Path source =
                Files.write(Files.createDirectories(world.resolve("inbox")).resolve("x.jar"), bytes);
        boolean taken = false;
        AtomicLong nanos = new AtomicLong();
        try (PluginStore store = new PluginStore(home, LIMITS, Trust.ANY, nanos::get)) {
            try {
                StoredPlugin stored = store.accept(source, null, false);
                taken = true;
                assertThat(store.reopen(stored.info().digest())).isEqualTo(stored);
                nanos.set(RecentCopies.IN_FLIGHT.toNanos());
                store.prune(Set.of());
            } catch (RefusedArchiveException e) {
                assertThat(e.problems()).as(what).isNotEmpty();
            } catch (RuntimeException | Error e) {
                fail(what + ": " + e, e);
            }
        }
        try (Stream<Path> all = Files.walk(world)) {
            assertThat(all.filter(Files::isRegularFile)).as(what).containsExactly(source);
        }
        return taken;
    }
}
