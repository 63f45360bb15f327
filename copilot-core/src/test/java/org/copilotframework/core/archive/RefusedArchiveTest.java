package org.copilotframework.core.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.fixture.PluginJars;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each bad archive is refused with a message that names the file and the fix. */
class RefusedArchiveTest {
    private static final ArchiveLimits SMALL = new ArchiveLimits(1 << 20, 50, 64 << 20, 100);
    private static final String CLASS = "public class X {}";

    @TempDir
    Path folder;

    private PluginStore store;

    @BeforeEach
    void openStore() throws IOException {
        store = new PluginStore(folder.resolve("home"), SMALL, Trust.ANY);
    }

    @Test
    void noManifest() {
        assertRefused(good().withoutManifest().build(folder), "no manifest", "inherit copilot-plugin-parent");
    }

    @Test
    void noId() {
        assertRefused(good().without("Plugin-Id").build(folder), "no Plugin-Id", "inherit copilot-plugin-parent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc", "a b", ".hidden", "-x", "a/b", "a\\b", "ü"})
    void hostileId(String id) {
        assertRefused(good().manifest("Plugin-Id", id).build(folder), "is not an id", "use 1 to 128 ASCII letters");
    }

    @Test
    void idThatIsTooLong() {
        assertRefused(good().manifest("Plugin-Id", "a".repeat(129)).build(folder), "is not an id", "1 to 128");
        assertAccepted(good().manifest("Plugin-Id", "a".repeat(128)).build(folder));
    }

    @Test
    void noVersion() {
        assertRefused(
                good().without("Plugin-Version").build(folder), "no Plugin-Version", "inherit copilot-plugin-parent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${project.version}", "latest", "1.0.0.Final", "1,0", "01.0.0", "1.0.0-", "v1"})
    void badVersion(String version) {
        assertRefused(good().manifest("Plugin-Version", version).build(folder), version, "write it as 1.2.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {">=99999999999999999999", "^9223372036854775807", "("})
    void badConstraint(String constraint) {
        String hostile = constraint.equals("(") ? constraint.repeat(30_000) : constraint;
        assertRefused(
                good().manifest("Plugin-Dependencies", "x@" + hostile).build(folder),
                "Plugin-Dependencies has 'x@" + constraint,
                "write it as other-plugin@>=1.0");
    }

    @Test
    void namesThatAreTooLongOrTooDeepAreRefusedAtOnce() {
        PluginJars many = good();
        for (int i = 0; i < 7; i++) {
            many.entry("classes/" + i + "/a".repeat(32_000), new byte[0]);
        }
        assertRefused(many.buildZip(folder), "is longer than 512 characters", "; build it");
        PluginJars edge = good().entry("d/".repeat(63) + "f", new byte[0]).entry("f".repeat(512), new byte[0]);
        assertAccepted(edge.build(folder));
        assertRefused(good().entry("d/".repeat(64) + "f", new byte[0]).build(folder), "has more than 64 folders");
        assertRefused(good().entry("f".repeat(513), new byte[0]).build(folder), "is longer than 512 characters");
    }

    @Test
    void classPathOfThePluginItself() throws IOException {
        assertRefused(
                good().manifest("Class-Path", "../../evil.jar").build(folder),
                "Class-Path '../../evil.jar'",
                "into lib/");
        assertRefused(good().manifest("Class-Path", "beside.jar").build(folder), "Class-Path", "remove addClasspath");
        assertRefused(
                good().entry("meta-inf/manifest.mf", classPath("evil/")).build(folder), "Class-Path", "into lib/");
        assertRefused(good().entry("META-INF/INDEX.LIST", new byte[0]).build(folder), "INDEX.LIST", "into lib/");
        byte[] own = Files.readAllBytes(
                good().manifest("Class-Path", "a.jar").named("own.jar").build(folder));
        Path zip = Files.write(folder.resolve("all.zip"), PluginJars.zip(Map.of("lib/own.jar", own)));
        assertRefused(zip, "Class-Path 'a.jar'", "(in lib/own.jar)", "into lib/");
        assertAccepted(good().manifest("Class-Path", " ").build(folder));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.jar",
                "a.jar ../evil.jar",
                "x/../../evil.jar",
                "/evil.jar",
                "\\\\evil",
                "file:/evil.jar",
                "http://evil/x.jar",
                "C:/evil.jar",
                "%2e%2E/evil.jar",
                "%2Fevil.jar"
            })
    void classPathOfALibraryThatLeadsOut(String entries) {
        byte[] library = PluginJars.zip(Map.of("META-INF/MANIFEST.MF", classPath(entries)));
        assertRefused(
                good().entry("lib/l.jar", library).buildZip(folder),
                "(in lib/l.jar) has the Class-Path '" + entries,
                "into lib/");
    }

    @Test
    void classPathOfALibraryThatStaysBesideItIsAWarning() throws Exception {
        byte[] library = PluginJars.zip(Map.of(
                "META-INF/MANIFEST.MF",
                classPath("a.jar b-1.0.jar"),
                "META-INF/INDEX.LIST",
                index("l.jar", "b-1.0.jar")));
        StoredPlugin stored = store.accept(good().entry("lib/l.jar", library).buildZip(folder), null, false);
        assertThat(stored.info().warnings())
                .hasSize(2)
                .anySatisfy(warning -> assertThat(warning).contains("a.jar b-1.0.jar", "lib/l.jar", "; remove"))
                .anySatisfy(warning -> assertThat(warning).contains("INDEX.LIST", "lib/l.jar", "; remove"));
        assertThat(store.reopen(stored.info().digest())).isEqualTo(stored);
    }

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
    void noGeneration() {
        assertRefused(good().without("Copilot-Api").build(folder), "no Copilot-Api", "inherit copilot-plugin-parent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "999", "one", "-1", "1.0"})
    void wrongGeneration(String generation) {
        assertRefused(
                good().manifest("Copilot-Api", generation).build(folder),
                "built for API generation '" + generation + "'",
                "this host has generation 1",
                "rebuild it against");
    }

    @Test
    void classFileOfANewerJvm() {
        int newer = Runtime.version().feature() + 1;
        assertRefused(
                good().release(newer).build(folder),
                "plugin.good.Good is built for Java " + newer,
                "this JVM is Java " + Runtime.version().feature(),
                "<maven.compiler.release>");
    }

    @Test
    void newerClassesThatOnlyANewerJvmLoadsAreNoFault() {
        byte[] newer = ByteBuffer.allocate(8).putInt(0xCAFEBABE).putInt(999).array();
        assertAccepted(good().entry("META-INF/versions/99/x/Y.class", newer)
                .entry("module-info.class", newer)
                .build(folder));
    }

    @Test
    void aLibrarysNewerClassIsAWarning() throws Exception {
        byte[] newer = ByteBuffer.allocate(8).putInt(0xCAFEBABE).putInt(999).array();
        Path zip = good().entry("lib/l.jar", PluginJars.zip(Map.of("x/Y.class", newer)))
                .buildZip(folder);
        assertThat(store.accept(zip, null, false).info().warnings())
                .singleElement()
                .asString()
                .contains("x.Y (in lib/l.jar)", "Java 955");
    }

    @Test
    void noExtension() {
        for (PluginJars plugin :
                List.of(good().withoutIndex(), good().entry("META-INF/extensions.idx", "# x".getBytes(UTF_8)))) {
            assertRefused(plugin.build(folder), "no extension", "@AgentInfo", "annotation processor");
        }
    }

    @Test
    void extensionWithoutItsClass() {
        assertRefused(good().extension("gone.Agent").build(folder), "lists gone.Agent", "mvn clean package");
    }

    @Test
    void pluginClassThatIsNotThere() {
        assertRefused(
                good().manifest("Plugin-Class", "gone.P").build(folder), "Plugin-Class gone.P", "correct the name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"org/copilotframework/api/agent/Agent", "org/pf4j/Plugin", "org/copilotframework/core/X"})
    void packsWhatTheHostProvides(String type) {
        byte[] old = ByteBuffer.allocate(8).putInt(0xCAFEBABE).putInt(52).array();
        assertRefused(good().entry(type + ".class", old).build(folder), "it packs the classes of", "scope provided");
        Path zip = good().entry("lib/l.jar", PluginJars.zip(Map.of(type + ".class", old)))
                .buildZip(folder);
        assertRefused(zip, "(in lib/l.jar)", "scope provided", "copilot-plugin-parent");
        assertRefused(good().entry("classes/" + type + ".class", old).buildZip(folder), "it packs", "scope provided");
    }

    @Test
    void packsSlf4jIsAWarning() throws Exception {
        byte[] old = ByteBuffer.allocate(8).putInt(0xCAFEBABE).putInt(52).array();
        Path jar = good().entry("org/slf4j/Logger.class", old)
                .entry("org/slf4j/simple/SimpleLogger.class", old)
                .entry("org/jspecify/annotations/Nullable.class", old)
                .build(folder);
        List<String> warnings = store.accept(jar, null, false).info().warnings();
        assertThat(warnings).hasSize(2).allMatch(warning -> warning.contains("the host's are used"));
        assertThat(warnings.get(0) + warnings.get(1)).contains("slf4j-api", "jspecify", "scope provided");

        Path binding = good().entry("org/slf4j/simple/SimpleLogger.class", old)
                .named("binding")
                .build(folder);
        assertThat(store.accept(binding, null, false).info().warnings()).isEmpty();
    }

    @Test
    void badDependency() {
        assertRefused(good().dependsOn("other@latest").build(folder), "'other@latest'", "other-plugin@>=1.0");
        assertRefused(good().dependsOn("../x").build(folder), "'../x'", "other-plugin@>=1.0");
    }

    @Test
    void unknownSwap() {
        assertRefused(
                good().manifest("Copilot-Swap", "hot").build(folder), "Copilot-Swap 'hot'", "rolling", "exclusive");
    }

    @Test
    void requiresIsAWarning() throws Exception {
        Path jar = good().manifest("Plugin-Requires", ">=3").build(folder);
        assertThat(store.accept(jar, null, false).info().warnings())
                .singleElement()
                .asString()
                .contains("Plugin-Requires");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        Path jar = good().manifest("Plugin-Version", "x")
                .manifest("Copilot-Api", "7")
                .withoutIndex()
                .build(folder);
        RefusedArchiveException refused = assertRefused(jar, "Plugin-Version", "generation '7'", "no extension");
        assertThat(refused.problems()).hasSize(3);
        assertThat(refused.ref()).isEmpty();
        RefusedArchiveException named = assertRefused(good().withoutIndex().build(folder), "no extension");
        assertThat(named.ref()).contains(new PluginRef("good", "1.0.0"));
    }

    @Test
    void notAZip() throws Exception {
        assertRefused(
                Files.writeString(folder.resolve("text.jar"), "hello".repeat(100)), "not a ZIP", "build it again");
        assertRefused(Files.write(folder.resolve("empty.jar"), new byte[0]), "not a ZIP", "build it again");
        assertRefused(Files.createDirectory(folder.resolve("folder.jar")), "not a file", "name a plugin's JAR");
        assertRefused(folder.resolve("gone.jar"), "cannot be read", "see that it is there");
    }

    @Test
    void truncated() throws Exception {
        byte[] whole = Files.readAllBytes(good().build(folder));
        Path half = Files.write(folder.resolve("half.jar"), Arrays.copyOf(whole, whole.length / 2));
        assertRefused(half, "truncated", "wait for the end of the copy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.txt",
                "a/../../evil.txt",
                "/etc/evil",
                "..\\evil",
                "C:/evil",
                "c:evil",
                "a\u0000b",
                "a//b",
                "./a",
                "a/..",
                "\\\\host\\share"
            })
    void hostileEntries(String name) {
        assertRefused(
                good().entry(name, new byte[1]).build(folder), "its entry '", "build it with entries below its root");
        assertRefused(good().entry(name, new byte[1]).buildZip(folder), "its entry '", "below its root");
        assertRefused(
                good().entry("lib/l.jar", PluginJars.zip(Map.of(name, new byte[1])))
                        .buildZip(folder),
                "(in lib/l.jar)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"classes/CON", "classes/a/nul.txt", "classes/a.", "classes/b ", "classes/x:y", "lib/lpt1.jar"})
    void namesThatAreNoFilesEverywhere(String name) {
        assertRefused(good().entry(name, new byte[1]).buildZip(folder), "its entry '" + name + "'", "rename it");
        assertAccepted(good().entry("x/" + name, new byte[1]).build(folder));
    }

    @Test
    void namesThatAreOneFileOnSomeSystems() {
        assertRefused(
                good().entry("classes/a/B.txt", new byte[1])
                        .entry("classes/a/b.txt", new byte[1])
                        .buildZip(folder),
                "one file on some systems",
                "rename one");
        assertAccepted(good().entry("a/B.txt", new byte[1])
                .entry("a/b.txt", new byte[1])
                .build(folder));
    }

    @Test
    void anEntryTwice() throws Exception {
        Path jar =
                good().entry("x1.txt", new byte[1]).entry("x2.txt", new byte[2]).build(folder);
        replace(jar, "x2.txt", "x1.txt");
        assertRefused(jar, "'x1.txt' is there twice", "clean folder");
    }

    @Test
    void aFileInThePlaceOfAFolder() {
        Path zip = good().entry("classes/a", new byte[1])
                .entry("classes/a/b", new byte[1])
                .buildZip(folder);
        assertRefused(zip, "is a file and a folder", "rename");
    }

    @Test
    void anEncryptedEntry() throws Exception {
        Path jar = good().entry("x.txt", new byte[1]).build(folder);
        patchDirectory(jar, "x.txt", 8, 1);
        assertRefused(jar, "'x.txt' is encrypted", "without a password");
    }

    @Test
    void aSymbolicLink() throws Exception {
        Path zip = good().entry("classes/link", "/etc/passwd".getBytes(UTF_8)).buildZip(folder);
        patchDirectory(zip, "classes/link", 5, 3);
        patchDirectory(zip, "classes/link", 41, 0xA1);
        assertRefused(zip, "is a symbolic link", "files only");
    }

    @Test
    void anUnknownWayOfPacking() throws Exception {
        Path jar = good().entry("x.txt", new byte[1]).build(folder);
        patchDirectory(jar, "x.txt", 10, 12);
        assertRefused(jar, "packed by method 12", "stored or deflated");
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

    @Test
    void ofManyProblemsTheFirstAreTold() {
        PluginJars many = good();
        for (int i = 0; i < 40; i++) {
            many.entry("../f" + i, new byte[1]);
        }
        RefusedArchiveException refusal = refusal(store, many.build(folder), null);
        assertThat(refusal.problems()).hasSize(21).last().asString().contains("and 20 more");
    }

    @Test
    void aLibraryThatIsNoZip() {
        assertRefused(
                good().entry("lib/l.jar", new byte[50]).buildZip(folder), "lib/l.jar cannot be read", "build it again");
    }

    @Test
    void aLibraryInALibraryIsNotLookedInto() {
        byte[] hidden = PluginJars.zip(Map.of("lib/inner.jar", PluginJars.zip(Map.of("../x", new byte[1]))));
        assertAccepted(good().entry("lib/l.jar", hidden).buildZip(folder));
    }

    @Test
    void wrongDigest() throws Exception {
        Path jar = good().build(folder);
        String right = store.accept(jar, null, false).info().digest();
        String wrong = "0".repeat(64);
        assertThat(refusal(store, jar, wrong))
                .hasMessageContainingAll("its digest is " + right, wrong, "copy the archive again");
        assertThat(refusal(store, jar, "abc")).hasMessageContainingAll("64 hex digits", "sha256sum");
        assertThat(store.accept(jar, right.toUpperCase(Locale.ROOT), false)
                        .info()
                        .digest())
                .isEqualTo(right);

        Path sidecar = folder.resolve(jar.getFileName() + ".sha256");
        Files.writeString(sidecar, wrong + "  good.jar\n");
        assertRefused(jar, sidecar.getFileName() + " says " + wrong);
        Files.writeString(sidecar, "what?");
        assertRefused(jar, sidecar.getFileName() + " is not 64 hex digits", "sha256sum");
        Files.writeString(sidecar, right + "  good.jar\n");
        assertAccepted(jar);
    }

    @Test
    void noDigestWhereOneIsAskedFor() throws Exception {
        PluginStore strict = new PluginStore(folder.resolve("strict"), SMALL, Trust.DIGEST);
        Path jar = good().build(folder);
        String right = store.accept(jar, null, false).info().digest();
        assertThat(refusal(strict, jar, null)).hasMessageContainingAll("give the digest", ".sha256", "sha256sum");
        assertThat(strict.digests()).isEmpty();
        assertThat(strict.accept(jar, right, false).info().digest()).isEqualTo(right);
        Files.writeString(folder.resolve(jar.getFileName() + ".sha256"), right);
        assertThat(strict.accept(jar, null, false).info().digest()).isEqualTo(right);
    }

    @Test
    void aFileThatIsOverwrittenWhileItIsReadIsTakenWholeOrNotAtAll() throws Exception {
        byte[] first = Files.readAllBytes(good().entry("x", new byte[] {1}).build(folder));
        byte[] second = Files.readAllBytes(good().entry("x", new byte[] {2}).build(folder));
        Path jar = Files.write(folder.resolve("changing.jar"), first);
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            long time = 0;
            while (!stop.get()) {
                try (OutputStream out = Files.newOutputStream(jar)) {
                    byte[] next = time++ % 2 == 0 ? second : first;
                    out.write(next, 0, 100);
                    out.write(next, 100, next.length - 100);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        writer.start();
        try {
            for (int i = 0; i < 300; i++) {
                try {
                    Path copy = store.accept(jar, null, false).file();
                    assertThat(Files.readAllBytes(copy)).isIn(first, second);
                } catch (RefusedArchiveException e) {
                    assertThat(e)
                            .hasMessageContaining("changing.jar is refused")
                            .hasMessageContaining("; ");
                }
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    @Test
    void aFileThatGrewWhileItWasReadIsRefused() throws Exception {
        Path jar = good().build(folder);
        ArchiveLimits limits = ArchiveLimits.DEFAULT;
        byte[] large = new byte[3 << 20];
        Path growing = Files.write(folder.resolve("growing.jar"), large);
        // The target is asked for between the first look at the source and the copying.
        IOException refused = catchThrowableOfType(
                IOException.class,
                () -> Intake.read(growing, limits, () -> {
                    Files.setLastModifiedTime(growing, FileTime.fromMillis(0));
                    return folder.resolve("copy");
                }));
        assertThat(refused).hasMessageContainingAll("changed while it was read", "rename it when it is whole");
        assertAccepted(jar);
    }

    private static byte[] classPath(String entries) {
        return ("Manifest-Version: 1.0\nClass-Path: " + entries + "\n\n").getBytes(UTF_8);
    }

    private static PluginJars good() {
        return PluginJars.plugin("good", "1.0.0").agent("good", "return AgentReply.text(\"good\");");
    }

    private RefusedArchiveException assertRefused(Path archive, String... words) {
        RefusedArchiveException refused = refusal(store, archive, null);
        assertThat(refused)
                .hasMessageStartingWith(archive.getFileName() + " is refused: ")
                .hasMessageContainingAll(words);
        assertThat(refused.problems()).isNotEmpty().allMatch(problem -> problem.contains("; "));
        return refused;
    }

    private void assertAccepted(Path archive) {
        try {
            assertThat(store.accept(archive, null, false).file()).exists();
        } catch (RefusedArchiveException e) {
            throw new AssertionError(e);
        }
    }

    private static RefusedArchiveException refusal(PluginStore store, Path archive, String digest) {
        return catchThrowableOfType(RefusedArchiveException.class, () -> store.accept(archive, digest, false));
    }

    private Path bomb(String name, int zeros) {
        return good().entry("zeros", new byte[zeros]).named(name).build(folder);
    }

    /** Renames an entry in its header and in the directory, to a name of the same length. */
    private static void replace(Path file, String from, String to) throws IOException {
        String text = Files.readString(file, ISO_8859_1);
        Files.writeString(file, text.replace(from, to), ISO_8859_1);
    }

    /** Changes one byte of an entry's record in the directory. */
    private static void patchDirectory(Path file, String entry, int offset, int value) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = buffer.getInt(bytes.length - 6);
        while (!new String(bytes, at + 46, buffer.getShort(at + 28), UTF_8).equals(entry)) {
            at += 46 + buffer.getShort(at + 28) + buffer.getShort(at + 30) + buffer.getShort(at + 32);
        }
        bytes[at + offset] = (byte) value;
        Files.write(file, bytes);
    }

    @Test
    void anIndexThatNamesItsOwnLibraryOnlyIsNoWarning() throws Exception {
        byte[] library = PluginJars.zip(Map.of("META-INF/INDEX.LIST", index("l.jar")));
        Path zip = good().entry("lib/l.jar", library).buildZip(folder);
        assertThat(store.accept(zip, null, false).info().warnings()).isEmpty();
    }

    private static byte[] index(String... jars) {
        return ("JarIndex-Version: 1.0\n\n" + String.join("\nsome/package\n\n", jars) + "\nsome/package\n")
                .getBytes(UTF_8);
    }
}
