package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.fixture.PluginJars;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginStoreTest {
    @TempDir
    Path folder;

    private Path home;
    private Path sources;
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);
    private PluginStore store;

    @BeforeEach
    void openStore() throws IOException {
        home = folder.resolve("home");
        sources = folder.resolve("sources");
        store = new PluginStore(home, ArchiveLimits.DEFAULT, Trust.ANY, nanos::get);
    }

    @Test
    void anArchiveIsDescribedWithoutLoadingIt() throws Exception {
        Path jar = hello("1.0-SNAPSHOT")
                .manifest("Plugin-Description", "Says hello")
                .manifest("Plugin-Provider", "Somebody")
                .manifest("Copilot-Swap", "exclusive")
                .dependsOn("greetings@>=1.0 & <2.0")
                .dependsOn("moods?")
                .build(sources);

        StoredPlugin stored = store.accept(jar, null, false);

        ArchiveInfo info = stored.info();
        assertThat(info.ref()).isEqualTo(new PluginRef("hello", "1.0-SNAPSHOT"));
        assertThat(info.version()).isEqualTo(PluginVersion.parse("1.0.0-SNAPSHOT"));
        assertThat(info.description()).isEqualTo("Says hello");
        assertThat(info.provider()).isEqualTo("Somebody");
        assertThat(info.swap()).isEqualTo(Swap.EXCLUSIVE);
        assertThat(info.needs())
                .containsExactly(
                        new PluginNeed("greetings", ">=1.0 & <2.0", false), new PluginNeed("moods", "*", true));
        assertThat(info.needs().get(0).isMetBy(PluginVersion.parse("1.5"))).isTrue();
        assertThat(info.needs().get(0).isMetBy(PluginVersion.parse("2.0"))).isFalse();
        assertThat(info.extensions()).containsExactly("plugin.hello.Hello");
        assertThat(info.pluginClass()).isNull();
        assertThat(info.warnings()).isEmpty();
        assertThat(stored.file()).isEqualTo(home.resolve("plugins/" + info.digest() + "/plugin.jar"));
        assertThat(stored.file()).hasSameBinaryContentAs(jar);
        assertThat(stored.classPath()).containsExactly(stored.file());
    }

    @Test
    void aZipIsUnpackedBesideItsCopyAndItsLibrariesAreFound() throws Exception {
        Path zip = hello("1.0.0")
                .library("greetings.jar", Map.of("lib.Greeting", "package lib; public class Greeting {}"))
                .buildZip(sources);

        StoredPlugin stored = store.accept(zip, null, true);

        Path copy = stored.file().getParent();
        assertThat(stored.file()).hasFileName("plugin.zip");
        assertThat(stored.classPath()).containsExactly(copy.resolve("classes"), copy.resolve("lib/greetings.jar"));
        assertThat(loads(stored, "plugin.hello.Hello")).isTrue();
        assertThat(loads(stored, "lib.Greeting")).isTrue();
        assertThat(store.reopen(stored.info().digest())).isEqualTo(stored);
        assertThat(store.accept(zip, null, false)).isEqualTo(stored);
    }

    @Test
    void aZipMayHoldThePluginsJarAmongItsLibraries() throws Exception {
        byte[] own = Files.readAllBytes(hello("1.0.0").build(sources));
        byte[] other = PluginJars.zip(Map.of("some/Resource.txt", new byte[1]));
        Path zip = Files.write(
                sources.resolve("all.zip"), PluginJars.zip(Map.of("lib/z-hello.jar", own, "lib/a-other.jar", other)));

        StoredPlugin stored = store.accept(zip, null, false);

        Path copy = stored.file().getParent();
        assertThat(stored.info().ref().id()).isEqualTo("hello");
        assertThat(stored.classPath())
                .containsExactly(copy.resolve("lib/z-hello.jar"), copy.resolve("lib/a-other.jar"));
    }

    @Test
    void aZipMayBeDescribedByPluginProperties() throws Exception {
        Path zip = hello("1.0.0")
                .withoutManifest()
                .entry(
                        "plugin.properties",
                        "plugin.id=hello\nplugin.version=2.0\ncopilot.api=1\ncopilot.swap=exclusive\n"
                                .getBytes(StandardCharsets.UTF_8))
                .buildZip(sources);

        ArchiveInfo info = store.accept(zip, null, false).info();

        assertThat(info.ref()).isEqualTo(new PluginRef("hello", "2.0"));
        assertThat(info.swap()).isEqualTo(Swap.EXCLUSIVE);
    }

    @Test
    void theSameBytesAreStoredOnce() throws Exception {
        Path jar = hello("1.0.0").build(sources);
        StoredPlugin first = store.accept(jar, null, false);
        FileTime written = Files.getLastModifiedTime(first.file());

        assertThat(store.accept(jar, null, false)).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(first.file())).isEqualTo(written);
        assertThat(store.digests()).containsExactly(first.info().digest());
    }

    @Test
    void manyMayAcceptTheSameBytesAtOnce() throws Exception {
        Path zip = hello("1.0.0")
                .library("l.jar", Map.of("lib.L", "package lib; public class L {}"))
                .buildZip(sources);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 20; round++) {
                CountDownLatch together = new CountDownLatch(8);
                List<Future<StoredPlugin>> all = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    PluginStore ofItsOwn = new PluginStore(home, ArchiveLimits.DEFAULT, Trust.ANY);
                    all.add(threads.submit(() -> {
                        together.countDown();
                        together.await();
                        return ofItsOwn.accept(zip, null, false);
                    }));
                }
                Set<StoredPlugin> stored = new HashSet<>();
                for (Future<StoredPlugin> one : all) {
                    stored.add(one.get());
                }
                assertThat(stored).hasSize(1);
                assertThat(names(home.resolve("plugins"))).containsExactlyElementsOf(store.digests());
                age(stored.iterator().next());
                store.prune(Set.of());
                assertThat(names(home.resolve("plugins"))).isEmpty();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aCopyThatIsHeldIsNotPrunedByAnyStoreUntilItIsLetGo() throws Exception {
        Path jar = hello("1.0.0").build(sources);
        HeldCopy held = store.hold(jar);
        HeldCopy again = new PluginStore(home, ArchiveLimits.DEFAULT, Trust.ANY).hold(jar);
        assertThat(again.stored()).isEqualTo(held.stored());
        PluginStore other = new PluginStore(home, ArchiveLimits.DEFAULT, Trust.ANY);

        held.close();
        age(held.stored());
        other.prune(Set.of());
        assertThat(again.stored().file()).isRegularFile();
        again.close();
        age(held.stored());
        other.prune(Set.of());
        assertThat(other.digests()).isEmpty();
    }

    @Test
    void whatAnotherProcessHoldsIsNotPrunedAndWhatADeadOneHeldIs() throws Exception {
        StoredPlugin stored = store.accept(hello("1.0.0").build(sources), null, false);
        Path mark = Files.createFile(stored.file().resolveSibling("in-use-of-another"));
        PluginStore other = new PluginStore(home, ArchiveLimits.DEFAULT, Trust.ANY);
        Process holder = LockHolder.start(mark);
        try {
            age(stored);
            other.prune(Set.of());
            assertThat(stored.file()).isRegularFile();
        } finally {
            holder.destroyForcibly().waitFor();
        }
        age(stored);
        other.prune(Set.of());
        assertThat(other.digests()).isEmpty();
    }

    @Test
    void theCopyOutlivesItsSource() throws Exception {
        Path jar = hello("1.0.0").build(sources);
        StoredPlugin stored = store.accept(jar, null, false);
        Files.write(jar, new byte[100]);

        assertThat(loads(stored, "plugin.hello.Hello")).isTrue();
        assertThat(store.reopen(stored.info().digest())).isEqualTo(stored);
    }

    @Test
    void aDamagedCopyIsRefusedAndMadeAnewFromItsSource() throws Exception {
        Path zip = hello("1.0.0")
                .library("l.jar", Map.of("lib.L", "package lib; public class L {}"))
                .buildZip(sources);
        StoredPlugin stored = store.accept(zip, null, false);
        String digest = stored.info().digest();
        flip(stored.file());

        assertThatThrownBy(() -> store.reopen(digest))
                .isInstanceOf(RefusedArchiveException.class)
                .hasMessageContaining("no longer what was accepted")
                .hasMessageContaining("install the plugin again");
        assertThat(store.accept(zip, null, false)).isEqualTo(stored);
        assertThat(store.reopen(digest)).isEqualTo(stored);

        Files.delete(stored.classPath().get(1));
        assertThatThrownBy(() -> store.reopen(digest)).hasMessageContaining("l.jar");
        assertThat(store.accept(zip, null, false)).isEqualTo(stored);
        assertThat(store.reopen(digest)).isEqualTo(stored);

        Files.delete(stored.file());
        assertThatThrownBy(() -> store.reopen(digest)).hasMessageContaining("does not exist");
        assertThat(store.accept(zip, null, false)).isEqualTo(stored);
    }

    @Test
    void anUnpackedFileOfTheRightSizeButOtherBytesIsDamage() throws Exception {
        Path zip = hello("1.0.0")
                .library("l.jar", Map.of("lib.L", "package lib; public class L {}"))
                .buildZip(sources);
        StoredPlugin stored = store.accept(zip, null, false);
        String digest = stored.info().digest();
        Path library = stored.classPath().get(1);
        byte[] whole = Files.readAllBytes(library);
        byte[] half = Arrays.copyOf(Arrays.copyOf(whole, whole.length / 2), whole.length);
        for (byte[] bad : List.of(half, new byte[whole.length], new byte[1])) {
            Files.write(library, bad);

            assertThatThrownBy(() -> store.reopen(digest))
                    .isInstanceOf(RefusedArchiveException.class)
                    .hasMessageContaining("no longer what was accepted")
                    .hasMessageContaining("l.jar")
                    .hasMessageContaining("install the plugin again");
            assertThat(store.accept(zip, null, false)).isEqualTo(stored);
            assertThat(library).hasBinaryContent(whole);
            assertThat(store.reopen(digest)).isEqualTo(stored);
        }
    }

    @Test
    void whatWasNeverAcceptedCannotBeReopened() {
        for (String digest : List.of("0".repeat(64), "..", "x", "")) {
            assertThatThrownBy(() -> store.reopen(digest))
                    .isInstanceOf(RefusedArchiveException.class)
                    .hasMessageContaining("is not in")
                    .hasMessageContaining("install the plugin again");
        }
    }

    @Test
    void unwantedAndAbandonedCopiesAreDeleted() throws Exception {
        String first =
                store.accept(hello("1.0.0").build(sources), null, false).info().digest();
        String second =
                store.accept(hello("2.0.0").build(sources), null, false).info().digest();
        Path abandoned = Files.createDirectory(home.resolve("plugins/.new-1-1-x"));
        Files.writeString(abandoned.resolve("plugin.jar"), "half");
        Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minusSeconds(7200)));
        Path inTheMaking = Files.createDirectory(home.resolve("plugins/.new-2-2-y"));

        tenMinutesPass();
        store.prune(Set.of(second));

        assertThat(store.digests()).containsExactly(second).doesNotContain(first);
        assertThat(abandoned).doesNotExist();
        assertThat(inTheMaking).exists();
    }

    @Test
    void aCopyThatIsAboutToBeRegisteredIsNotDeletedByAnotherOperation() throws Exception {
        StoredPlugin stored = store.accept(hello("1.0.0").build(sources), null, false);
        String digest = stored.info().digest();
        age(stored); // the folder's age does not matter where the use is known

        store.prune(Set.of());
        assertThat(store.reopen(digest)).isEqualTo(stored);

        nanos.addAndGet(RecentCopies.IN_FLIGHT.toNanos() - 1);
        store.prune(Set.of());
        assertThat(store.reopen(digest)).isEqualTo(stored);

        nanos.addAndGet(RecentCopies.IN_FLIGHT.toNanos() - 1);
        store.prune(Set.of());
        assertThat(store.digests()).containsExactly(digest);

        nanos.addAndGet(1);
        store.prune(Set.of());
        assertThat(store.digests()).isEmpty();
    }

    @Test
    void aNewCopyOfAnotherProcessIsNotDeleted() throws Exception {
        PluginStore other = new PluginStore(home, ArchiveLimits.DEFAULT, Trust.ANY);
        StoredPlugin stored = other.accept(hello("1.0.0").build(sources), null, false);

        store.prune(Set.of());
        assertThat(other.reopen(stored.info().digest())).isEqualTo(stored);

        age(stored);
        store.prune(Set.of());
        assertThat(store.digests()).isEmpty();
    }

    @Test
    void aHomeThatCannotBeWrittenGivesCopiesForThisProcessOnly() throws Exception {
        // A file in the place of the folder cannot be written into, not even by root.
        Path blocked = Files.writeString(folder.resolve("blocked"), "");
        PluginStore temporary = new PluginStore(blocked, ArchiveLimits.DEFAULT, Trust.ANY);

        StoredPlugin stored = temporary.accept(hello("1.0.0").build(sources), null, false);

        assertThat(temporary.writable()).isFalse();
        assertThat(store.writable()).isTrue();
        assertThat(stored.file()).exists();
        assertThat(temporary.reopen(stored.info().digest())).isEqualTo(stored);
        temporary.close();
        assertThat(stored.file()).doesNotExist();
        store.close();
        assertThat(home.resolve("plugins")).exists();
    }

    @Test
    void onlyTheOwnerMayLookIntoTheCopies() throws Exception {
        StoredPlugin stored = store.accept(hello("1.0.0").build(sources), null, false);

        for (Path each : List.of(stored.file().getParent(), home.resolve("plugins"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void aLargeArchiveIsCopiedWithoutBeingHeldInMemory() throws Exception {
        byte[] ballast = new byte[3 << 20];
        new Random(1).nextBytes(ballast);
        Path jar = hello("1.0.0").entry("ballast.bin", ballast).build(sources);

        StoredPlugin stored = store.accept(jar, null, true);

        assertThat(stored.file()).hasSameBinaryContentAs(jar);
        assertThat(store.accept(jar, null, true)).isEqualTo(stored);
        assertThat(names(home.resolve("plugins"))).containsExactly(stored.info().digest());
    }

    @Test
    void aRefusedArchiveLeavesNothingBehind() {
        Path zip = hello("x.y")
                .library("l.jar", Map.of("lib.L", "package lib; public class L {}"))
                .buildZip(sources);

        assertThatThrownBy(() -> store.accept(zip, null, true)).isInstanceOf(RefusedArchiveException.class);

        assertThat(names(home.resolve("plugins"))).isEmpty();
    }

    private void tenMinutesPass() {
        nanos.addAndGet(RecentCopies.IN_FLIGHT.toNanos());
    }

    private static void age(StoredPlugin stored) throws IOException {
        Instant old = Instant.now().minus(RecentCopies.IN_FLIGHT).minusSeconds(60);
        Files.setLastModifiedTime(stored.file().getParent(), FileTime.from(old));
    }

    private static PluginJars hello(String version) {
        return PluginJars.plugin("hello", version).agent("hello", "return AgentReply.text(\"hello\");");
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    private static List<String> names(Path folder) {
        return Stream.of(folder.toFile().list()).sorted().toList();
    }

    @SuppressWarnings("ReferenceEquality") // Of interest is this very loader.
    private static boolean loads(StoredPlugin stored, String type) throws Exception {
        URL[] urls = new URL[stored.classPath().size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = stored.classPath().get(i).toUri().toURL();
        }
        try (URLClassLoader loader = new URLClassLoader(urls, PluginStoreTest.class.getClassLoader())) {
            return loader.loadClass(type).getClassLoader() == loader;
        }
    }
}
