package org.copilotframework.storage.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A URL that was signed is read by who has it and nothing else, until it is over. */
class SignedUrlTest {
    private static final TenantId ACME = new TenantId("acme");

    @TempDir
    Path folder;

    @Test
    void whoHasAKeySigns() throws Exception {
        try (GcsFake fake = new GcsFake()) {
            Path key = fake.tokens().keyFile(folder, fake.url());
            try (Blobs blobs = GcsUnderTest.at(fake).with(key).open()) {
                readsUntilItIsOver(blobs);
            }
        }
    }

    @Test
    void whoHasNoKeyHasNoUrls() throws IOException {
        try (GcsFake fake = new GcsFake();
                Blobs blobs = GcsUnderTest.at(fake).open()) {
            assertThat(blobs.presign(ACME, "a", Duration.ofMinutes(1))).isEmpty();
        }
    }

    @Test
    void anAccountThatGetsNoTokensAnyMoreIsRefused() throws Exception {
        try (GcsFake fake = new GcsFake()) {
            Path key = fake.tokens().keyFile(folder, fake.url());
            fake.tokens().refuse();
            try (Blobs blobs = GcsUnderTest.at(fake).with(key).impatient().open()) {
                assertThatExceptionOfType(InvalidRequestException.class)
                        .isThrownBy(blobs::check)
                        .withMessageContaining("copilot.blobs.gcs.credentials-file")
                        .satisfies(GcsUnderTest.SECRETS::areNotIn);
                assertThatExceptionOfType(UnavailableException.class)
                        .isThrownBy(() -> blobs.stat(ACME, "a"))
                        .satisfies(GcsUnderTest.SECRETS::areNotIn);
            }
        }
    }

    private static void readsUntilItIsOver(Blobs blobs) throws Exception {
        for (String name : new String[] {"a.txt", "odd % name+&?/ü".replace("ü", "u") + "#"}) {
            blobs.write(ACME, name, out -> out.write("hello".getBytes(UTF_8)));
            URI url = blobs.presign(ACME, name, Duration.ofHours(1)).orElseThrow();
            HttpResponse<String> read = get(url);
            assertThat(read.statusCode()).as(read.body()).isEqualTo(200);
            assertThat(read.body()).isEqualTo("hello");
            assertThat(get(URI.create(url.toString().replaceFirst("acme", "globex")))
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(get(blobs.presign(ACME, "none", Duration.ofDays(7)).orElseThrow())
                        .statusCode())
                .isEqualTo(404);
        URI brief = blobs.presign(ACME, "a.txt", Duration.ofSeconds(1)).orElseThrow();
        await().atMost(Duration.ofSeconds(30)).until(() -> get(brief).statusCode() == 403);
        for (Duration wrong : new Duration[] {Duration.ZERO, Duration.ofDays(8)}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> blobs.presign(ACME, "a.txt", wrong))
                    .withMessageContaining("validity");
        }
    }

    private static HttpResponse<String> get(URI url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    }
}
