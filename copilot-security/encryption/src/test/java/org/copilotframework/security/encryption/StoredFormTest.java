package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.payload;
import static org.copilotframework.security.encryption.Stored.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.blob.LocalBlobs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an earlier release has stored is read by this one, and both store what decision 0046 says. The bytes in {@code stored-form} were
 * made once, by the first code that stored anything, and are never made anew: they must open for ever.
 */
class StoredFormTest {
    private static final String CONTENT = "what was stored";
    private static final BlobOptions KNOWN =
            BlobOptions.NONE.contentType("text/plain").metadata(Map.of("k", "v", "other", "w"));

    /** Where each kind is, to which it is bound. */
    private static final Map<String, List<String>> PLACES = Map.of(
            "turn",
            List.of("s1", "1", "r1/1"),
            "state",
            List.of("s1", "k"),
            "input",
            List.of("r1"),
            "detail",
            List.of("r1"),
            "step",
            List.of("r1", "step"),
            "event",
            List.of("r1", "1"),
            "value",
            List.of("v"),
            "message",
            List.of("topic", "key"));

    @TempDir
    private Path folder;

    private final Keyring ring = new Keyring();
    private final Storage plain = Stored.memory();

    @Test
    void aStoreOfAnEarlierReleaseIsRead() throws IOException {
        Properties stored = restored();
        plain.values()
                .compareAndSet(
                        Encryption.KEYS, ValueChange.insert(Encryption.MARK, Payload.of(bytes(stored, "mark")), null));
        plain.commit(Stored.each(ACME, kind -> Payload.of(bytes(stored, kind))));
        Storage storage = ring.node().storage(plain);

        storage.check();
        assertThat(Stored.contents(storage))
                .hasSize(8)
                .allSatisfy(
                        (kind, content) -> assertThat(text(content)).as(kind).isEqualTo(CONTENT));
    }

    @Test
    void aFileOfAnEarlierReleaseIsRead() throws IOException {
        restored();
        LocalBlobs plainFiles = new LocalBlobs(folder);
        for (String name : List.of("file", "empty")) {
            byte[] stored = resource(name + ".bin");
            plainFiles.write(ACME, name, out -> out.write(stored));
        }
        Blobs files = ring.node().blobs(plainFiles);

        try (Blob file = files.open(ACME, "file", BlobRange.ALL).orElseThrow()) {
            assertThat(file.content().readAllBytes()).isEqualTo(content());
            assertThat(file.info().contentType()).isEqualTo(KNOWN.contentType());
            assertThat(file.info().metadata()).isEqualTo(KNOWN.metadata());
        }
        try (Blob end =
                files.open(ACME, "file", BlobRange.from(Ciphers.SEGMENT)).orElseThrow()) {
            assertThat(end.content().readAllBytes())
                    .isEqualTo(Arrays.copyOfRange(content(), Ciphers.SEGMENT, content().length));
        }
        try (Blob empty = files.open(ACME, "empty", BlobRange.ALL).orElseThrow()) {
            assertThat(empty.content().readAllBytes()).isEmpty();
        }
    }

    @Test
    void whatAnEarlierReleaseStoredHasTheDocumentedForm() throws Exception {
        Properties stored = restored();
        demandDocumented(kind -> bytes(stored, kind));
        DocumentedForm form = DocumentedForm.of(Keyring.SECRET, ACME.value(), bytes(stored, "key"));
        DocumentedForm.File file = form.file(resource("file.bin"), "file");
        assertThat(file.content()).isEqualTo(content());
        assertThat(file.contentType()).isEqualTo(KNOWN.contentType());
        assertThat(file.metadata()).isEqualTo(KNOWN.metadata());
        assertThat(form.file(resource("empty.bin"), "empty").content()).isEmpty();
        DocumentedForm own =
                DocumentedForm.of(Keyring.SECRET, Encryption.KEYS.value(), bytes(stored, "key-of-the-store"));
        assertThat(new String(own.record(bytes(stored, "mark"), "value", "mark"), UTF_8))
                .isEqualTo("aead");
    }

    @Test
    void whatIsStoredNowHasTheDocumentedForm() throws Exception {
        Storage storage = ring.node().storage(plain);
        storage.migrate();
        storage.commit(Stored.all(ACME, payload(CONTENT)));
        Map<String, Payload> contents = Stored.contents(plain);
        demandDocumented(kind -> contents.get(kind).bytes());

        LocalBlobs plainFiles = new LocalBlobs(folder);
        ring.node().blobs(plainFiles).write(ACME, "file", KNOWN, out -> out.write(content()));
        try (Blob file = plainFiles.open(ACME, "file", BlobRange.ALL).orElseThrow()) {
            DocumentedForm.File read = form().file(file.content().readAllBytes(), "file");
            assertThat(read.content()).isEqualTo(content());
            assertThat(read.metadata()).isEqualTo(KNOWN.metadata());
        }
    }

    private interface Source {
        byte[] of(String kind);
    }

    private void demandDocumented(Source stored) throws GeneralSecurityException {
        for (Map.Entry<String, List<String>> place : PLACES.entrySet()) {
            String kind = place.getKey();
            byte[] content =
                    form().record(stored.of(kind), kind, place.getValue().toArray(String[]::new));
            assertThat(new String(content, UTF_8)).as(kind).isEqualTo(CONTENT);
        }
    }

    private DocumentedForm form() throws GeneralSecurityException {
        return DocumentedForm.of(
                Keyring.SECRET, ACME.value(), ring.read(ACME).orElseThrow().content());
    }

    /** Puts the keys back into their place. */
    private Properties restored() throws IOException {
        Properties stored = new Properties();
        try (InputStream in = opened("records.properties")) {
            stored.load(in);
        }
        ring.write(ACME, bytes(stored, "key"), null);
        ring.write(Encryption.KEYS, bytes(stored, "key-of-the-store"), null);
        return stored;
    }

    private static byte[] bytes(Properties stored, String name) {
        return HexFormat.of().parseHex(stored.getProperty(name));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = opened(name)) {
            return in.readAllBytes();
        }
    }

    private static InputStream opened(String name) {
        return Objects.requireNonNull(StoredFormTest.class.getResourceAsStream("/stored-form/" + name), name);
    }

    /** A segment and some more. */
    static byte[] content() {
        byte[] content = new byte[Ciphers.SEGMENT + 100];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 >>> 3);
        }
        return content;
    }
}
