package org.copilotframework.core.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;

/** Where a signature is asked for, an archive that is not as it was signed is refused. */
class ChangedAfterSigningTest extends SignedArchives {
    @Test
    void anEntryThatWasAddedAfterTheSignature() throws IOException {
        for (String name :
                new String[] {"added.txt", "plugin/good/Evil.class", "META-INF/services/x", "META-INF/SIG-X"}) {
            refused(
                    change(ACME.sign(jar()), entries -> entries.put(name, new byte[] {1})),
                    "its entry '" + name + "' is not signed",
                    "sign the whole archive");
        }
        refused(
                change(
                        ACME.sign(zip()),
                        entries -> entries.put("lib/evil.jar", PluginJars.zip(Map.of("x", new byte[1])))),
                "its entry 'lib/evil.jar' is not signed");
    }

    @Test
    void anEntryThatWasChangedAfterTheSignature() throws IOException {
        refused(
                change(ACME.sign(jar()), entries -> entries.put("notes.txt", "b".getBytes(UTF_8))),
                "its signature does not fit its content",
                "notes.txt",
                "get it again from where it comes from");
        refused(
                change(
                        ACME.sign(jar()),
                        entries -> entries.put("META-INF/extensions.idx", "plugin.good.Good\n\n".getBytes(UTF_8))),
                "META-INF/extensions.idx");
        refused(
                change(ACME.sign(zip()), entries -> entries.put("lib/l.jar", PluginJars.zip(Map.of("x", new byte[1])))),
                "does not fit its content",
                "lib/l.jar");
    }

    @Test
    void anEntryThatWasTakenAwayAfterTheSignature() throws IOException {
        refused(
                change(ACME.sign(jar()), entries -> entries.remove("notes.txt")),
                "its entry 'notes.txt' was signed and is not there any more",
                "get the archive again");
    }

    @Test
    void aManifestThatWasChangedAfterTheSignature() throws IOException {
        refused(
                change(
                        ACME.sign(jar()),
                        entries -> manifest(
                                entries, text -> text.replace("Plugin-Version: 1.0.0", "Plugin-Version: 9.0.0"))),
                "its manifest is not the one that META-INF/ACME.SF vouches for",
                "get the archive again");
        // An entry that was taken away is missed, though the manifest tells of it no more.
        refused(
                change(ACME.sign(jar()), entries -> {
                    entries.remove("notes.txt");
                    manifest(entries, text -> text.replaceAll("(?s)Name: notes.txt\r\n.*?\r\n\r\n", ""));
                }),
                "its manifest is not the one");
    }

    private static void manifest(Map<String, byte[]> entries, java.util.function.UnaryOperator<String> change) {
        String text = new String(entries.get("META-INF/MANIFEST.MF"), UTF_8);
        assertThat(change.apply(text)).isNotEqualTo(text);
        entries.put("META-INF/MANIFEST.MF", change.apply(text).getBytes(UTF_8));
    }

    @Test
    void aSignatureFileThatWasChanged() throws IOException {
        refused(
                change(ACME.sign(jar()), entries -> {
                    String text = new String(entries.get("META-INF/ACME.SF"), UTF_8);
                    entries.put(
                            "META-INF/ACME.SF",
                            text.replace("Created-By", "Created-To").getBytes(UTF_8));
                }),
                "its signature does not fit its content");
    }

    @Test
    void aSignatureWithoutItsBlock() throws IOException {
        refused(
                change(ACME.sign(jar()), entries -> entries.remove("META-INF/ACME.EC")),
                "its signature counts for nothing");
    }

    @Test
    void whatCouldPassForAFileOfTheSignature() throws IOException {
        refused(
                change(
                        ACME.sign(jar()),
                        entries ->
                                entries.put("META-INF/manifest.mf", "Manifest-Version: 1.0\r\n\r\n".getBytes(UTF_8))),
                "its entry 'META-INF/manifest.mf' could pass for a file of the signature",
                "remove it");
    }

    @Test
    void aFolderWithContent() throws Exception {
        Path jar = ACME.sign(jar());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(jar)));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                zip.putNextEntry(new ZipEntry(entry.getName()));
                zip.write(in.readAllBytes());
            }
            zip.putNextEntry(new ZipEntry("folder/"));
            zip.write(1);
        }
        refused(
                Files.write(jar, out.toByteArray()),
                "its entry 'folder/' is a folder and has content",
                "build it again");
        taken(ACME.sign(good().entry("empty/", new byte[0]).named("with-folder").build(folder)));
    }

    @Test
    void whatAStrangerAddedAndSignedIsRefused() throws IOException {
        Path added = change(ACME.sign(jar()), entries -> entries.put("added.txt", new byte[1]));
        refused(STRANGER.sign(added), "its manifest is not the one that META-INF/ACME.SF vouches for");
    }

    @Test
    void whatOurReaderRefusesIsNotLookedAtByAnother() throws IOException {
        Path jar = ACME.sign(jar());
        byte[] whole = Files.readAllBytes(jar);
        Files.write(jar, new byte[] {0}, java.nio.file.StandardOpenOption.APPEND);
        refused(jar, "not a ZIP");
        Files.write(jar, whole);
        try (OutputStream out = Files.newOutputStream(jar)) {
            out.write(new byte[10]);
            out.write(whole);
        }
        refused(jar, "its directory is not where its end says");
    }
}
