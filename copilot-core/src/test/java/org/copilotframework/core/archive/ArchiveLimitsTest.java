package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.ApiGeneration;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;

/** An archive that is larger, or unpacks to more, than it may is refused before it costs more than that. */
class ArchiveLimitsTest extends ArchiveRefusals {
    @Test
    void anArchiveThatIsTooLargeIsRefusedWhereItLiesToo() throws Exception {
        Path jar = good().build(folder);
        long size = Files.size(jar);
        assertThat(ArchiveCheck.of(jar, new ArchiveLimits(size, 50, 64 << 20, 100), Trust.ANY)
                        .info()
                        .ref()
                        .id())
                .isEqualTo("good");
        assertThat(catchThrowableOfType(
                        RefusedArchiveException.class,
                        () -> ArchiveCheck.of(jar, new ArchiveLimits(size - 1, 50, 64 << 20, 100), Trust.ANY)))
                .hasMessageContainingAll("it has " + size + " bytes", "the limit of " + (size - 1), "raise the limit");
        assertThat(catchThrowableOfType(RefusedArchiveException.class, () -> ArchiveCheck.of(folder, SMALL, Trust.ANY)))
                .hasMessageContaining("it is not a file; name");
    }

    @Test
    void anArchiveBomb() throws Exception {
        Path bomb = bomb("bomb", 48 << 20);
        assertRefused(bomb, "unpacks to more than 100 times its size", "raise the limit");
        Path larger = bomb("larger", 80 << 20);
        assertThat(Files.size(larger)).isLessThan(1 << 20);
        PluginStore patient =
                new PluginStore(folder.resolve("home"), new ArchiveLimits(1 << 20, 50, 64 << 20, 10_000), Trust.ANY);
        assertThat(refusal(patient, larger, null)).hasMessageContaining("limit of " + (64 << 20) + " bytes");
    }

    @Test
    void aBombThatLiesAboutItsSize() throws Exception {
        Path bomb = bomb("bomb", 48 << 20);
        for (int i = 24; i < 28; i++) {
            patchDirectory(bomb, "zeros", i, i == 24 ? 10 : 0);
        }
        assertRefused(bomb, "'zeros' is larger than it says", "build or copy it again");
    }

    @Test
    void tooManyEntriesOrBytes() throws Exception {
        PluginJars many = good();
        for (int i = 0; i < 60; i++) {
            many.entry("f" + i, new byte[1]);
        }
        assertRefused(many.build(folder), "63 entries", "limit of 50 entries");
        byte[] random = new byte[2 << 20];
        new Random(1).nextBytes(random);
        assertRefused(good().entry("big", random).build(folder), "limit of " + (1 << 20) + " bytes", "raise the limit");
    }

    @Test
    void tooManyEntriesInAllLibrariesTogether() {
        PluginJars many = good();
        for (int i = 0; i < 3; i++) {
            Map<String, byte[]> files = new LinkedHashMap<>();
            for (int f = 0; f < 20; f++) {
                files.put("f" + f, new byte[1]);
            }
            many.entry("lib/l" + i + ".jar", PluginJars.zip(files));
        }
        assertRefused(many.buildZip(folder), "lib/l2.jar", "limit of 50 entries", "copilot.plugins.limits");
    }

    @Test
    void tooManyLibraries() throws Exception {
        PluginJars many = good();
        byte[] empty = PluginJars.zip(Map.of("f", new byte[1]));
        for (int i = 0; i <= 1000; i++) {
            many.entry("lib/l" + i + ".jar", empty);
        }
        PluginStore patient =
                new PluginStore(folder.resolve("home"), new ArchiveLimits(1 << 20, 5_000, 64 << 20, 100), Trust.ANY);
        assertThat(refusal(patient, many.buildZip(folder), null))
                .hasMessageContaining("1001 libraries")
                .hasMessageContaining("shade");
    }

    /** The heads of so many classes are kept that several rules ask for. */
    @Test
    void aClassOfANewerJvmIsFoundBehindMoreClassesThanAreKept() throws Exception {
        byte[] old = ByteBuffer.allocate(8).putInt(0xCAFEBABE).putInt(52).array();
        byte[] newer = ByteBuffer.allocate(8).putInt(0xCAFEBABE).putInt(999).array();
        byte[] manifest = ("Manifest-Version: 1.0\r\nPlugin-Id: good\r\nPlugin-Version: 1.0.0\r\nCopilot-Api: "
                        + ApiGeneration.CURRENT + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (int i = 0; i < 32_768; i++) {
            entries.put("c/C" + i + ".class", old);
        }
        // What is kept is full by now; each of these is unpacked again.
        entries.put(Part.MANIFEST, manifest);
        entries.put(Part.EXTENSIONS, "late.Late\n".getBytes(StandardCharsets.UTF_8));
        entries.put("late/Late.class", old);
        Path jar = Files.write(folder.resolve("many.jar"), PluginJars.zip(entries));
        PluginStore patient = new PluginStore(folder.resolve("home"), ArchiveLimits.DEFAULT, Trust.ANY);
        assertThat(patient.accept(jar, null, false).info().extensions()).containsExactly("late.Late");

        entries.put("late/Late.class", newer);
        Files.write(jar, PluginJars.zip(entries));
        assertThat(refusal(patient, jar, null).problems())
                .singleElement()
                .asString()
                .contains("its class late.Late is built for Java 955");
    }

    @Test
    void oneLibraryIsOpenAtATime() throws Exception {
        PluginJars many = good();
        for (int i = 0; i < 400; i++) {
            many.entry("lib/l" + i + ".jar", PluginJars.zip(Map.of("p" + i + "/C.class", new byte[20])));
        }
        Path archive = many.buildZip(folder);
        Path beside = Files.createDirectory(folder.resolve("beside"));
        AtomicLong most = new AtomicLong();
        PluginScan.Beside watching = new PluginScan.Beside() {
            @Override
            public Path folder() {
                most.accumulateAndGet(openLibraries(), Math::max);
                return beside;
            }

            @Override
            public boolean done() {
                return false;
            }

            @Override
            public boolean durable() {
                return false;
            }
        };
        try (Bytes bytes = Bytes.of(archive)) {
            PluginScan.of("many", "", bytes, new ArchiveLimits(1 << 20, 5_000, 64 << 20, 100), watching);
        }
        assertThat(most.get()).isLessThanOrEqualTo(1);
    }

    /** Where the system tells which files are open. */
    private static long openLibraries() {
        long open = 0;
        for (String one : Objects.requireNonNullElse(new File("/proc/self/fd").list(), new String[0])) {
            try {
                Path file = Files.readSymbolicLink(Path.of("/proc/self/fd", one));
                if (file.toString().matches(".*/lib/l[0-9]+\\.jar")) {
                    open++;
                }
            } catch (IOException closedMeanwhile) {
                assertThat(closedMeanwhile).isInstanceOf(NoSuchFileException.class);
            }
        }
        return open;
    }

    private Path bomb(String name, int zeros) {
        return good().entry("zeros", new byte[zeros]).named(name).build(folder);
    }
}
