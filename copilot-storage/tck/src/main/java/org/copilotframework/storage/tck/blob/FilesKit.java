package org.copilotframework.storage.tck.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.junit.jupiter.api.Test;

/** What is written is read, whole and as it was, until it is deleted. */
abstract class FilesKit extends FileTheme {
    private static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @Test
    void theStoreIsThere() {
        blobs().check();
        assertThat(blobs().durability()).isNotNull();
    }

    @Test
    void whatIsNotThereIsEmpty() throws IOException {
        assertThat(blobs().read(tenant(), "a")).isEmpty();
        assertThat(blobs().open(tenant(), "a", BlobRange.from(3))).isEmpty();
        assertThat(blobs().stat(tenant(), "a")).isEmpty();
        assertThat(blobs().list(tenant(), "", "", 10)).isEmpty();
        assertThat(blobs().delete(tenant(), "a")).isFalse();
        assertThat(blobs().erase(tenant())).isZero();
    }

    @Test
    void whatIsWrittenIsReadUntilItIsDeleted() throws IOException {
        BlobInfo written = put("docs/a.txt", "hello");

        assertThat(written.name()).isEqualTo("docs/a.txt");
        assertThat(written.size()).isEqualTo(5);
        assertThat(written.sha256()).isEqualTo(HELLO);
        assertThat(written.contentType()).isEqualTo("application/octet-stream");
        assertThat(written.metadata()).isEmpty();
        assertThat(written.modified())
                .isBetween(
                        Instant.now().minus(Duration.ofMinutes(10)),
                        Instant.now().plus(Duration.ofMinutes(10)));
        assertThat(get("docs/a.txt")).contains("hello");
        assertThat(blobs().stat(tenant(), "docs/a.txt")).contains(written);
        try (Blob blob = blobs().open(tenant(), "docs/a.txt", BlobRange.ALL).orElseThrow()) {
            assertThat(blob.info()).isEqualTo(written);
        }
        assertThat(blobs().list(tenant(), "", "", 10)).singleElement().satisfies(entry -> {
            assertThat(entry.name()).isEqualTo("docs/a.txt");
            assertThat(entry.size()).isEqualTo(5);
        });

        assertThat(blobs().delete(tenant(), "docs/a.txt")).isTrue();
        assertThat(get("docs/a.txt")).isEmpty();
        assertThat(blobs().delete(tenant(), "docs/a.txt")).isFalse();
    }

    @Test
    void whatIsKnownIsKeptAndReplacedAsAWhole() throws IOException {
        BlobOptions options = BlobOptions.NONE
                .contentType("text/plain; charset=utf-8")
                .metadata(Map.of("source_url", "https://example.org/a?b=c&d=%20", "page", "7"));
        put("a", options, "hello");

        BlobInfo found = blobs().stat(tenant(), "a").orElseThrow();
        // A server may leave out the blank, which means nothing there.
        assertThat(found.contentType().replace("; ", ";")).isEqualTo("text/plain;charset=utf-8");
        assertThat(found.metadata())
                .containsOnly(Map.entry("source_url", "https://example.org/a?b=c&d=%20"), Map.entry("page", "7"));
        assertThat(found.sha256()).isEqualTo(HELLO);

        put("a", "hello");
        BlobInfo again = blobs().stat(tenant(), "a").orElseThrow();
        assertThat(again.metadata()).isEmpty();
        assertThat(again.contentType()).isEqualTo("application/octet-stream");
        assertThat(again.version()).as("each write makes a version").isNotEqualTo(found.version());
    }

    @Test
    void asMuchMetadataAsIsPermittedIsKept() throws IOException {
        Map<String, String> much = Map.of("a".repeat(64), "v".repeat(700), "b_9", "~ !\"#$%&'()*+,-./:;<=>?@[]^`{|}~");
        put("a", BlobOptions.NONE.metadata(much), "x");
        assertThat(blobs().stat(tenant(), "a").orElseThrow().metadata()).isEqualTo(much);
    }

    @Test
    void anEmptyFileIsAFile() throws IOException {
        assertThat(put("empty", "").size()).isZero();
        assertThat(get("empty")).contains("");
        assertThat(names("", "", 10)).containsExactly("empty");
    }

    @Test
    void aWriterThatThrowsLeavesTheEarlierFile() throws IOException {
        BlobInfo first = put("a", "first");
        for (Exception thrown : new Exception[] {new IOException("source gone"), new IllegalStateException("broken")}) {
            assertThatExceptionOfType(thrown.getClass())
                    .isThrownBy(() -> blobs().write(tenant(), "a", out -> {
                        out.write("half".getBytes(UTF_8));
                        if (thrown instanceof IOException io) {
                            throw io;
                        }
                        throw (RuntimeException) thrown;
                    }))
                    .withMessage(thrown.getMessage());
        }
        assertThatIOException()
                .isThrownBy(() -> blobs().write(tenant(), "new", out -> {
                    throw new IOException("nothing at all");
                }));
        assertThat(get("a")).contains("first");
        assertThat(blobs().stat(tenant(), "a")).contains(first);
        assertThat(names("", "", 10)).containsExactly("a");
    }

    @Test
    void aWriterMayCloseTheStream() throws IOException {
        blobs().write(tenant(), "a", out -> {
            try (out) {
                out.write('x');
                out.flush();
            }
        });
        assertThat(get("a")).contains("x");
    }

    @Test
    void nothingIsSeenBeforeTheWriterIsDone() throws IOException {
        put("a", "first");
        blobs().write(tenant(), "a", out -> {
            out.write("second".getBytes(UTF_8));
            out.flush();
            assertThat(get("a")).contains("first");
            assertThat(names("", "", 10)).containsExactly("a");
        });
        assertThat(get("a")).contains("second");
    }

    /** Who reads on sees what it opened, or an error: never the bytes of another version. */
    @Test
    void aReaderNeverSeesTwoVersions() throws IOException {
        String first = "1".repeat(3_000_000);
        put("a", first);
        try (InputStream open = blobs().read(tenant(), "a").orElseThrow()) {
            StringBuilder seen = new StringBuilder(new String(open.readNBytes(1_000), UTF_8));
            put("a", "2".repeat(3_000_000));
            try {
                for (byte[] piece = open.readNBytes(10_000); piece.length > 0; piece = open.readNBytes(10_000)) {
                    seen.append(new String(piece, UTF_8));
                }
                assertThat(seen.toString().equals(first)).isTrue();
            } catch (IOException replaced) {
                assertThat(seen.toString()).matches("1+");
            }
        }
    }

    /** However often it is replaced meanwhile: the bytes are of one version, and that is the one that is described. */
    @Test
    void everyReaderAmongWritersSeesOneWholeVersion() throws Exception {
        int[] sizes = {1, 70_000, 300_000};
        put("a", "0");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        int whole = 0;
        try {
            Future<?> writer = thread.submit(() -> {
                for (int i = 0; i < 30; i++) {
                    put("a", String.valueOf((char) ('a' + i % 20)).repeat(sizes[i % sizes.length]));
                }
                return null;
            });
            while (!writer.isDone()) {
                try (Blob blob = blobs().open(tenant(), "a", BlobRange.ALL).orElseThrow()) {
                    String seen = new String(blob.content().readAllBytes(), UTF_8);
                    assertThat(seen.length()).isEqualTo((int) blob.info().size());
                    assertThat(seen.chars().distinct().count()).isEqualTo(1);
                    whole++;
                } catch (IOException replaced) {
                    // To fail is permitted, and to mix is not.
                    assertThat(replaced).hasMessageContaining("replaced");
                }
            }
            writer.get();
        } finally {
            thread.shutdown();
            // Not interrupted: what it writes belongs to this test only, and ends.
            assertThat(thread.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(whole).isPositive();
    }

    /** Such as one to whom it is a stream of many: the file is whole, or it is the earlier one and the call fails. */
    @Test
    void aFailureThatTheWriterHidesIsNoHalfFile() throws IOException {
        put("a", "first");
        byte[] much = new byte[1 << 17];
        boolean[] failed = {false};
        try {
            BlobInfo written = blobs().write(tenant(), "a", out -> {
                out.write(much);
                Thread.currentThread().interrupt();
                try {
                    out.write(much);
                } catch (IOException | RuntimeException hidden) {
                    failed[0] = true;
                } finally {
                    Thread.interrupted();
                }
                if (!failed[0]) {
                    out.write(much);
                }
            });
            assertThat(failed[0]).as("it was not told").isFalse();
            assertThat(written.size()).isEqualTo(3L * much.length);
        } catch (IOException | CopilotException told) {
            assertThat(get("a")).contains("first");
        }
    }

    /** Names of files that begin names of others are no folders, and nothing goes with them. */
    @Test
    void aFileBesideFilesBelowItsNameIsDeletedAlone() throws IOException {
        for (String name : List.of("a", "a/b", "a/b/c", "A")) {
            put(name, name);
        }
        assertThat(blobs().delete(tenant(), "a/b")).isTrue();
        assertThat(names("", "", 10)).containsExactly("A", "a", "a/b/c");
        assertThat(blobs().delete(tenant(), "a")).isTrue();
        assertThat(get("A")).contains("A");
        assertThat(get("a/b/c")).contains("a/b/c");
        put("a", "again");
        assertThat(get("a/b/c")).contains("a/b/c");
    }

    @Test
    void whoKeepsTheStreamOfAWriterChangesNothing() throws IOException {
        OutputStream[] kept = new OutputStream[1];
        BlobInfo written = blobs().write(tenant(), "a", out -> {
            kept[0] = out;
            out.write('x');
            out.close();
            out.close();
        });
        try {
            kept[0].write('y');
            kept[0].close();
        } catch (IOException closed) {
            // To be told so is as good.
            assertThat(closed.getMessage()).isNotBlank();
        }
        assertThat(get("a")).contains("x");
        assertThat(blobs().stat(tenant(), "a")).contains(written);
    }

    @Test
    void theEndIsToldEachTimeItIsAskedFor() throws IOException {
        put("a", "hello");
        try (InputStream in = blobs().read(tenant(), "a").orElseThrow()) {
            assertThat(in.read(new byte[0])).isZero();
            assertThat(in.readAllBytes()).hasSize(5);
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read(new byte[10])).isEqualTo(-1);
            assertThat(in.available()).isZero();
        }
    }

    /** Who reads on after that has a fault, which an end of the file would hide. */
    @Test
    void aClosedStreamIsNotRead() throws IOException {
        put("a", "hello");
        InputStream in = blobs().read(tenant(), "a").orElseThrow();
        assertThat(in.read()).isEqualTo('h');
        in.close();
        assertThatIOException().isThrownBy(in::read);
        assertThatIOException().isThrownBy(() -> in.read(new byte[10]));
    }

    @Test
    void aTenantSeesItsOwnFilesOnly() throws IOException {
        put("a", "secret");

        assertThat(blobs().read(neighbour(), "a")).isEmpty();
        assertThat(blobs().stat(neighbour(), "a")).isEmpty();
        assertThat(blobs().list(neighbour(), "", "", 10)).isEmpty();
        assertThat(blobs().delete(neighbour(), "a")).isFalse();
        blobs().write(neighbour(), "a", out -> out.write('n'));
        assertThat(blobs().erase(neighbour())).isEqualTo(1);
        assertThat(get("a")).contains("secret");
    }

    @Test
    void anErasedTenantHasNoFiles() throws IOException {
        for (int i = 0; i < 25; i++) {
            put("folder-" + i % 3 + "/" + i, "x");
        }
        assertThat(blobs().erase(tenant())).isEqualTo(25);
        assertThat(names("", "", 100)).isEmpty();
    }

    /** By whoever has the URL, with no credentials; of this file only, and for its time only. */
    @Test
    void aUrlReadsOneFileForATime() throws Exception {
        put("a b/c.txt", "hello");
        put("a b/d.txt", "another");
        Optional<URI> url = blobs().presign(tenant(), "a b/c.txt", Duration.ofMinutes(1));
        if (url.isEmpty()) {
            return;
        }
        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<String> got = get(client, url.get());
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body()).isEqualTo("hello");
        assertThat(get(client, URI.create(url.get().toString().replace("c.txt", "d.txt")))
                        .statusCode())
                .as("another file")
                .isEqualTo(403);

        URI brief =
                blobs().presign(tenant(), "a b/c.txt", Duration.ofSeconds(1)).orElseThrow();
        Instant end = Instant.now().plusSeconds(60);
        while (get(client, brief).statusCode() == 200 && Instant.now().isBefore(end)) {
            Thread.sleep(200);
        }
        assertThat(get(client, brief).statusCode()).as("its time is over").isBetween(400, 499);
    }

    private static HttpResponse<String> get(HttpClient client, URI url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aUrlIsForATimeThatIsPermitted() {
        for (Duration wrong : new Duration[] {Duration.ZERO, Duration.ofDays(8), Duration.ofSeconds(-1)}) {
            try {
                assertThat(blobs().presign(tenant(), "a", wrong))
                        .as("a store without URLs")
                        .isEmpty();
            } catch (InvalidRequestException refused) {
                assertThat(refused).hasMessageContaining("validity");
            }
        }
    }
}
