package org.copilotframework.core.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginSigner;
import org.copilotframework.core.fixture.PluginJars;
import org.copilotframework.core.fixture.SigningIdentity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a signature is asked for, an archive is taken only as somebody who is trusted has signed it, whole and unchanged. */
class SignedArchiveTest {
    private static final SigningIdentity ACME = SigningIdentity.selfSigned("Acme");
    private static final SigningIdentity STRANGER = SigningIdentity.selfSigned("Stranger");

    @TempDir
    Path folder;

    private Path truststore;
    private PluginStore store;

    @BeforeEach
    void openStore() throws IOException {
        truststore = SigningIdentity.truststore(folder, "secret", ACME);
        store = new PluginStore(folder.resolve("home"), ArchiveLimits.DEFAULT, Trust.signed(truststore, "secret"));
    }

    private PluginJars good() {
        return PluginJars.plugin("good", "1.0.0")
                .agent("good", "return AgentReply.text(\"good\");")
                .entry("notes.txt", "a".repeat(70_000).getBytes(UTF_8));
    }

    private Path jar() {
        return good().build(folder);
    }

    private Path zip() {
        return good().library("l.jar", Map.of("lib.L", "package lib; public class L {}"))
                .buildZip(folder);
    }

    private StoredPlugin taken(Path archive) throws RefusedArchiveException {
        StoredPlugin stored = store.accept(archive, null, false);
        assertThat(store.accept(archive, null, false)).isEqualTo(stored);
        return stored;
    }

    private RefusedArchiveException refused(Path archive, String... words) throws IOException {
        RefusedArchiveException refused =
                catchThrowableOfType(RefusedArchiveException.class, () -> store.accept(archive, null, false));
        assertThat(refused)
                .hasMessageStartingWith(archive.getFileName() + " is refused: ")
                .hasMessageContainingAll(words);
        assertThat(refused.problems()).allMatch(problem -> problem.contains("; "));
        assertThat(folder.resolve("home/plugins")).isEmptyDirectory();
        assertThat(catchThrowableOfType(RefusedArchiveException.class, () -> store.check(archive)))
                .hasMessage(refused.getMessage());
        return refused;
    }

    /** Packs an archive again with other entries. */
    private static Path change(Path archive, Consumer<Map<String, byte[]>> change) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        change.accept(entries);
        return Files.write(archive, PluginJars.zip(entries));
    }

    @Test
    void aSignedJarIsTakenAndOpenedAgain() throws Exception {
        StoredPlugin stored = taken(ACME.sign(jar()));

        assertThat(stored.info().ref()).isEqualTo(new PluginRef("good", "1.0.0"));
        assertThat(store.reopen(stored.info().digest())).isEqualTo(stored);
    }

    @Test
    void aSignedZipIsTakenAndOpenedAgain() throws Exception {
        StoredPlugin stored = taken(ACME.sign(zip()));

        assertThat(stored.classPath()).hasSize(2);
        assertThat(store.reopen(stored.info().digest())).isEqualTo(stored);
    }

    @Test
    void aLargeSignedArchiveIsTaken() throws Exception {
        byte[] ballast = new byte[3 << 20];
        new java.util.Random(1).nextBytes(ballast);

        taken(ACME.sign(good().entry("ballast", ballast).build(folder)));
        taken(ACME.sign(good().entry("ballast", ballast).named("z").buildZip(folder)));
    }

    @Test
    void anArchiveThatIsNotSigned() throws IOException {
        RefusedArchiveException refused = refused(jar(), "it is not signed", "copilot plugins sign", "jarsigner");
        assertThat(refused.ref()).contains(new PluginRef("good", "1.0.0"));
        refused(zip(), "it is not signed");
        refused(good().withoutManifest().buildZip(folder), "no manifest");
    }

    @Test
    void aSignatureOfAStranger() throws IOException {
        refused(
                STRANGER.sign(jar()),
                "it is signed by CN=Stranger (certificate ",
                "who is not in " + truststore,
                "keytool -importcert");
    }

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
        // Nothing that is signed is missing then, for the JDK alone.
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
    void ofSeveralSignersOneWhoIsTrustedAndSignedAllIsEnough() throws Exception {
        taken(ACME.sign(STRANGER.sign(jar())));
        taken(STRANGER.sign(ACME.sign(zip())));
        assertThat(store.check(STRANGER.sign(ACME.sign(jar()))).signers())
                .extracting(PluginSigner::name, PluginSigner::trusted)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("CN=Acme", true),
                        org.assertj.core.groups.Tuple.tuple("CN=Stranger", false));
    }

    @Test
    void severalStrangersAreNamed() throws IOException {
        SigningIdentity other = SigningIdentity.selfSigned("Other");
        assertThat(refused(other.sign(STRANGER.sign(jar())), "CN=Stranger", "CN=Other")
                        .problems())
                .hasSize(2);
    }

    @Test
    void whatAStrangerAddedAndSignedIsRefused() throws IOException {
        Path added = change(ACME.sign(jar()), entries -> entries.put("added.txt", new byte[1]));
        refused(STRANGER.sign(added), "its manifest is not the one that META-INF/ACME.SF vouches for");
    }

    @Test
    void aSignatureThatCoversPartsOfTheManifestOnly() throws IOException {
        refused(
                ACME.sign(jar(), options -> options.setProperty("sectionsonly", "true")),
                "its manifest is not the one that META-INF/ACME.SF vouches for");
    }

    @Test
    void anAlgorithmThatTheJvmNoLongerAllows() throws IOException {
        SigningIdentity old = SigningIdentity.selfSignedRsa("Old", 2048);
        store = new PluginStore(
                folder.resolve("home"),
                ArchiveLimits.DEFAULT,
                Trust.signed(SigningIdentity.truststore(folder, "x", old), "x"));
        refused(
                old.sign(jar(), options -> options.signatureAlgorithm("MD5withRSA")),
                "its signature counts for nothing",
                "jdk.jar.disabledAlgorithms",
                "RSA of 3072 bits");
        SigningIdentity small = SigningIdentity.selfSignedRsa("Small", 768);
        refused(
                small.sign(jar(), options -> options.signatureAlgorithm("SHA256withRSA")),
                "its signature counts for nothing");
        refused(old.sign(jar(), options -> options.digestAlgorithm("MD5")), "is not the one that META-INF/OLD.SF");
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

    @Test
    void aSignatureIsShownWhereNoneIsAskedForAndABrokenOneIsAWarning() throws Exception {
        ArchiveCheck check = ArchiveCheck.of(ACME.sign(jar()), ArchiveLimits.DEFAULT, Trust.ANY);
        PluginSigner signer = check.signers().get(0);
        assertThat(signer.name()).isEqualTo("CN=Acme");
        assertThat(signer.certificate()).matches("[0-9a-f]{64}");
        assertThat(signer.expires()).isEqualTo(ACME.certificate().getNotAfter().toInstant());
        assertThat(signer.stamped()).isEmpty();
        assertThat(signer.trusted()).isFalse();
        assertThat(check.warnings()).isEmpty();

        Path changed = change(ACME.sign(jar()), entries -> entries.put("notes.txt", new byte[1]));
        ArchiveCheck broken = ArchiveCheck.of(changed, ArchiveLimits.DEFAULT, Trust.ANY);
        assertThat(broken.signers()).isEmpty();
        assertThat(broken.warnings()).singleElement().asString().contains("good for nothing", "notes.txt");
        assertThat(ArchiveCheck.of(jar(), ArchiveLimits.DEFAULT, Trust.ANY).warnings())
                .isEmpty();
    }

    @Test
    void aCopyThatWasTakenWithoutASignatureIsNotOpenedOnceOneIsAskedFor() throws Exception {
        PluginStore careless = new PluginStore(folder.resolve("home"), ArchiveLimits.DEFAULT, Trust.ANY);
        Path jar = jar();
        String digest = careless.accept(jar, null, false).info().digest();

        assertThat(catchThrowableOfType(RefusedArchiveException.class, () -> store.reopen(digest)))
                .hasMessageContaining("it is not signed");
        assertThat(catchThrowableOfType(RefusedArchiveException.class, () -> store.accept(jar, null, false)))
                .hasMessageContaining("it is not signed");
        // It stays for whoever asks for less.
        assertThat(careless.reopen(digest).info().digest()).isEqualTo(digest);
    }

    @Test
    void whatWasUnpackedIsComparedByteByByte() throws Exception {
        StoredPlugin stored = taken(ACME.sign(zip()));
        Path notes = stored.classPath().get(0).resolve("plugin/good/Good.class");
        byte[] forged = forged(Files.readAllBytes(notes));
        Files.write(notes, forged);

        String digest = stored.info().digest();
        assertThat(new PluginStore(folder.resolve("home"), ArchiveLimits.DEFAULT, Trust.ANY).reopen(digest))
                .isEqualTo(stored);
        assertThat(catchThrowableOfType(RefusedArchiveException.class, () -> store.reopen(digest)))
                .hasMessageContaining("is not what was unpacked from it");
    }

    /** Other bytes of the same size and checksum: the last four are chosen for that. */
    private static byte[] forged(byte[] bytes) {
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(bytes);
        long wanted = crc.getValue();
        byte[] forged = bytes.clone();
        forged[forged.length - 5] ^= 1;
        crc.reset();
        crc.update(forged, 0, forged.length - 4);
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int value = i;
            for (int bit = 0; bit < 8; bit++) {
                value = (value & 1) == 0 ? value >>> 1 : value >>> 1 ^ 0xEDB88320;
            }
            table[i] = value;
        }
        // Backwards from the checksum that is wanted to the one that is there.
        int state = (int) ~wanted;
        for (int i = 0; i < 4; i++) {
            int index = 0;
            while (table[index] >>> 24 != state >>> 24) {
                index++;
            }
            state = (state ^ table[index]) << 8 | index;
        }
        state ^= (int) ~crc.getValue();
        for (int i = 0; i < 4; i++) {
            forged[forged.length - 4 + i] = (byte) (state >>> 8 * i);
        }
        return forged;
    }
}
