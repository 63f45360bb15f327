package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;

/** An accepted archive becomes a private copy, once, and whole. */
class PluginStoreTest extends StoredCopies {
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
    void theCopyOutlivesItsSource() throws Exception {
        Path jar = hello("1.0.0").build(sources);
        StoredPlugin stored = store.accept(jar, null, false);
        Files.write(jar, new byte[100]);

        assertThat(loads(stored, "plugin.hello.Hello")).isTrue();
        assertThat(store.reopen(stored.info().digest())).isEqualTo(stored);
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
