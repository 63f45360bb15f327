package org.copilotframework.core.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An archive with an entry that could do harm, or that readers see differently, is refused with the fix. */
class RefusedEntriesTest extends ArchiveRefusals {
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

    /** The JVM finds such an entry where it is asked for the name without the slash. */
    @ParameterizedTest
    @ValueSource(strings = {"plugin/x/Late.class/", "META-INF/INDEX.LIST/", "org/pf4j/Plugin.class/", "x/"})
    void aFolderWithContent(String name) throws Exception {
        byte[] late = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 3, 0};
        assertRefused(
                good().entry(name, late).build(folder),
                "its entry '" + name + "' is a folder and has content",
                "; build");
        assertRefused(good().entry("classes/" + name, late).buildZip(folder), "/' is a folder and has content");
        assertRefused(
                good().entry("lib/l.jar", PluginJars.zip(Map.of(name, late))).buildZip(folder),
                "its entry '" + name + "' (in lib/l.jar) is a folder and has content");
        // As many tools write them: packed, to two bytes.
        assertAccepted(good().entry(name, new byte[0]).named("empty").build(folder));
        Path second =
                good().entry("folder-1/", new byte[0]).entry("folder-2/", late).build(folder);
        replace(second, "folder-2/", "folder-1/");
        assertRefused(second, "'folder-1/' is there twice");
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
    void aLibraryInALibraryIsNotLookedInto() {
        byte[] hidden = PluginJars.zip(Map.of("lib/inner.jar", PluginJars.zip(Map.of("../x", new byte[1]))));
        assertAccepted(good().entry("lib/l.jar", hidden).buildZip(folder));
    }

    /** Renames an entry in its header and in the directory, to a name of the same length. */
    private static void replace(Path file, String from, String to) throws IOException {
        String text = Files.readString(file, ISO_8859_1);
        Files.writeString(file, text.replace(from, to), ISO_8859_1);
    }
}
