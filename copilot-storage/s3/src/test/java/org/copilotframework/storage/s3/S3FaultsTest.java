package org.copilotframework.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.s3.AnsweringClient.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpMethod;

/** What S3 says when it is busy, unwilling or away, and what becomes of it. */
class S3FaultsTest {
    private static final TenantId TENANT = new TenantId("acme");
    private static final byte[] PIECE = new byte[1 << 20];
    /** More than two parts of 5 MiB. */
    private static final int PIECES = 11;

    private final S3Settings settings = BucketUnderTest.settings();
    private final AnsweringClient client = BucketUnderTest.client(settings);
    private Blobs blobs;

    @BeforeEach
    void open() throws IOException {
        blobs = BucketUnderTest.open(settings, client);
        put("a", BlobOptions.NONE, "earlier");
    }

    @AfterEach
    void close() throws IOException {
        client.rule(request -> Optional.empty());
        blobs.erase(TENANT);
        blobs.close();
    }

    private BlobInfo put(String name, BlobOptions options, String content) throws IOException {
        return blobs.write(TENANT, name, options, out -> out.write(content.getBytes(UTF_8)));
    }

    private String get(String name) throws IOException {
        try (InputStream in = blobs.read(TENANT, name).orElseThrow()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private BlobInfo putLarge(String name, BlobOptions options) throws IOException {
        return blobs.write(TENANT, name, options, out -> {
            for (int i = 0; i < PIECES; i++) {
                out.write(PIECE);
            }
        });
    }

    private long givenUp() {
        return client.requests().stream()
                .filter(request -> request.startsWith("DELETE") && request.contains("uploadId"))
                .count();
    }

    @Test
    void aCredentialThatExpiresInTheMiddleLeavesTheEarlierFileAndNoParts() throws IOException {
        client.rule(request -> AnsweringClient.isPart(request)
                        && request.firstMatchingRawQueryParameter("partNumber").equals(Optional.of("2"))
                ? Optional.of(Answer.error(400, "ExpiredToken"))
                : Optional.empty());
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> putLarge("a", BlobOptions.NONE))
                .withMessageContaining("expired (ExpiredToken)");
        assertThat(givenUp()).isEqualTo(1);
        assertThat(get("a")).isEqualTo("earlier");
    }

    /** The part begins behind the end of what is there, and another file comes before its description is read. */
    @Test
    void aPartBehindTheEndIsNotOfOneVersionAndItsDescriptionOfAnother() throws IOException {
        AtomicInteger count = new AtomicInteger();
        client.rule(request -> {
            if (request.method() == SdkHttpMethod.GET && count.incrementAndGet() == 1) {
                return Optional.of(Answer.error(416, "InvalidRange"));
            }
            return Optional.empty();
        });
        try (Blob blob = blobs.open(TENANT, "a", BlobRange.from(3)).orElseThrow()) {
            assertThat(new String(blob.content().readAllBytes(), UTF_8)).isEqualTo("lier");
        }
        client.rule(request -> request.method() == SdkHttpMethod.GET
                ? Optional.of(Answer.error(416, "InvalidRange"))
                : Optional.empty());
        assertThatIOException()
                .isThrownBy(() -> blobs.open(TENANT, "a", BlobRange.from(3)))
                .withMessageContaining("all the time");
    }

    @Test
    void aWriteThatCollidesWithAnotherIsDecidedAnew() throws IOException {
        BlobInfo first = blobs.stat(TENANT, "a").orElseThrow();
        AtomicInteger count = new AtomicInteger();
        client.rule(request -> AnsweringClient.isPut(request) && count.incrementAndGet() < 3
                ? Optional.of(Answer.error(409, "ConditionalRequestConflict"))
                : Optional.empty());
        put("a", BlobOptions.NONE.ifVersion(first.version()), "later");
        assertThat(get("a")).isEqualTo("later");

        client.rule(request -> AnsweringClient.isPut(request)
                ? Optional.of(Answer.error(409, "ConditionalRequestConflict"))
                : Optional.empty());
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> put("b", BlobOptions.NONE.ifAbsent(), "never"));
    }

    /** S3 wants all parts again then, which are gone. */
    @Test
    void aLargeWriteThatCollidesWithAnotherIsToBeMadeAgain() throws IOException {
        client.rule(request -> AnsweringClient.isCompletion(request)
                ? Optional.of(Answer.error(409, "ConditionalRequestConflict"))
                : Optional.empty());
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> putLarge("b", BlobOptions.NONE.ifAbsent()))
                .withMessageContaining("at the same time; write it again");
        assertThat(givenUp()).isEqualTo(1);
        assertThatExceptionOfType(ConflictException.class)
                .as("who cannot succeed is told so")
                .isThrownBy(() -> putLarge("a", BlobOptions.NONE.ifAbsent()));
    }

    /** To put many parts together takes S3 minutes. */
    @Test
    void aCompletionMayTakeLongerThanAnyOtherRequest() throws IOException {
        Duration time = Duration.ofSeconds(4);
        S3Settings brief = BucketUnderTest.settings(
                BucketUnderTest.server().endpoint(), time, settings.prefix().orElseThrow());
        AnsweringClient slow = BucketUnderTest.client(brief);
        try (Blobs store = BucketUnderTest.open(brief, slow)) {
            slow.rule(request -> AnsweringClient.isCompletion(request)
                    ? Optional.of(Answer.late(time.plusMillis(500)))
                    : Optional.empty());
            BlobInfo written = store.write(TENANT, "b", out -> out.write(new byte[6 << 20]));
            assertThat(slow.requests().stream()
                            .filter(request -> request.startsWith("POST") && request.contains("uploadId=")))
                    .as("sent once")
                    .hasSize(1);
            assertThat(store.stat(TENANT, "b")).contains(written);
        }
    }

    @Test
    void aCompletionThatFailsAndWasMadeIsNoFailureAndItsPartsAreNotGivenUp() throws IOException {
        client.rule(request -> AnsweringClient.isCompletion(request)
                ? Optional.of(Answer.hidden(403, "AccessDenied"))
                : Optional.empty());
        BlobInfo written = putLarge("a", BlobOptions.NONE);
        assertThat(givenUp()).isZero();
        assertThat(blobs.stat(TENANT, "a")).contains(written);
        assertThat(written.sha256()).isNotNull();

        client.rule(request ->
                AnsweringClient.isPut(request) ? Optional.of(Answer.hidden(400, "ExpiredToken")) : Optional.empty());
        BlobInfo small = put("b", BlobOptions.NONE.ifAbsent(), "x");
        assertThat(blobs.stat(TENANT, "b")).contains(small);
    }

    /** An answer to HEAD has no body, and so no name of the error. */
    @Test
    void aDescriptionThatIsRefusedSaysWhyAsAnyOtherRequest() {
        client.rule(request -> Optional.of(Answer.error(400, "ExpiredToken")));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs.stat(TENANT, "a"))
                .withMessageContaining("expired (ExpiredToken)");
        client.rule(request -> Optional.of(Answer.error(403, "InvalidAccessKeyId")));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs.stat(TENANT, "a"))
                .withMessageContaining("InvalidAccessKeyId");
        client.rule(request -> request.method() == SdkHttpMethod.HEAD
                ? Optional.of(Answer.error(403, "AccessDenied"))
                : Optional.empty());
        assertThatExceptionOfType(UnavailableException.class)
                .as("only this file is refused")
                .isThrownBy(() -> blobs.stat(TENANT, "a"))
                .withMessageContaining("HTTP 403");
    }

    /** A bucket may demand both of all that is put there. */
    @Test
    void theDigestIsEncryptedAsItsFileIsAndHasACheckSum() {
        S3Settings encrypted = new S3Settings(
                Optional.empty(),
                settings.endpoint(),
                true,
                settings.prefix(),
                5,
                settings.timeout(),
                10,
                Optional.of("alias/files"));
        AnsweringClient noting = BucketUnderTest.client(encrypted);
        List<String> sent = new CopyOnWriteArrayList<>();
        noting.rule(request -> {
            for (String header : List.of(
                    "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption", "Content-MD5")) {
                sent.add(request.firstMatchingHeader(header).orElse("none"));
            }
            return Optional.of(new Answer(200, "", false, -1));
        });
        BlobInfo written = new BlobInfo("a", 1, Instant.EPOCH, "v", null, "text/plain", Map.of());
        try (Bucket bucket = Bucket.open(
                BucketUnderTest.BUCKET,
                encrypted,
                BucketUnderTest.credentials(S3Server.KEY, S3Server.SECRET),
                noting)) {
            BlobInfo kept = new DigestBeside(bucket, bucket.key(TENANT, "a")).keep(written, "mark", "f".repeat(64));
            assertThat(kept.sha256()).isEqualTo("f".repeat(64));
        }
        assertThat(sent).containsExactly("alias/files", "aws:kms", "1B2M2Y8AsgTpgAmY7PhCfg==");
    }

    @Test
    void aDeletionThatComesLateIsAConflict() throws IOException {
        BlobInfo first = blobs.stat(TENANT, "a").orElseThrow();
        AtomicInteger count = new AtomicInteger();
        client.rule(request -> {
            if (request.method() == SdkHttpMethod.DELETE && count.incrementAndGet() == 1) {
                put("a", "another");
            }
            return Optional.empty();
        });
        assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> blobs.delete(TENANT, "a", first.version()));
        assertThat(get("a")).isEqualTo("another");
    }

    private void put(String name, String content) {
        try {
            put(name, BlobOptions.NONE, content);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void aConnectionThatBreaksIsReadOnFromWhereItWas() throws IOException {
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            content.append(i).append(',');
        }
        put("text", BlobOptions.NONE, content.toString());
        AtomicInteger count = new AtomicInteger();
        client.rule(request -> request.method() == SdkHttpMethod.GET && count.incrementAndGet() < 3
                ? Optional.of(Answer.cut(1_000))
                : Optional.empty());
        assertThat(get("text")).isEqualTo(content.toString());
        assertThat(count).hasValue(3);
    }

    @Test
    void whatIsReplacedMeanwhileIsNotReadOn() throws IOException {
        put("text", BlobOptions.NONE, "1".repeat(5_000));
        client.rule(
                request -> request.method() == SdkHttpMethod.GET ? Optional.of(Answer.cut(1_000)) : Optional.empty());
        try (InputStream in = blobs.read(TENANT, "text").orElseThrow()) {
            client.rule(request -> Optional.empty());
            put("text", BlobOptions.NONE, "2".repeat(5_000));
            assertThatIOException().isThrownBy(in::readAllBytes).withMessageContaining("replaced or deleted");
        }
        client.rule(request -> request.method() == SdkHttpMethod.GET ? Optional.of(Answer.cut(10)) : Optional.empty());
        try (InputStream in = blobs.open(TENANT, "text", new BlobRange(0, 2_000))
                .orElseThrow()
                .content()) {
            client.rule(request -> Optional.of(Answer.error(403, "AccessDenied")));
            assertThatIOException().isThrownBy(in::readAllBytes).withMessageContaining("AccessDenied");
        }
    }

    @Test
    void unfinishedPartsOfATenantAreErasedToo() throws IOException {
        client.rule(request -> request.method() == SdkHttpMethod.DELETE
                ? Optional.of(Answer.error(403, "AccessDenied"))
                : Optional.empty());
        assertThatIOException()
                .isThrownBy(() -> blobs.write(TENANT, "b", out -> {
                    for (int i = 0; i < PIECES; i++) {
                        out.write(PIECE);
                    }
                    throw new IOException("source gone");
                }))
                .withMessage("source gone")
                .satisfies(error -> assertThat(error.getSuppressed()).isNotEmpty());
        client.rule(request -> Optional.empty());
        assertThat(blobs.erase(TENANT)).isEqualTo(1);
        assertThat(givenUp()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PermanentRedirect", "AuthorizationHeaderMalformed"})
    void anotherRegionIsNamedAtTheStart(String code) {
        client.rule(request -> Optional.of(Answer.error(400, code)));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(blobs::check)
                .withMessageContaining("copilot.blobs.s3.region (in the environment COPILOT_BLOBS_S3_REGION)");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs.list(TENANT, "", "", 10))
                .withMessageContaining("copilot.blobs.s3.region");
    }

    @ParameterizedTest
    @ValueSource(strings = {"KMS.DisabledException", "NotImplemented", "InvalidObjectState", "ServiceUnavailable"})
    void otherRefusalsAreTold(String code) {
        client.rule(request -> Optional.of(Answer.error(400, code)));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs.read(TENANT, "a"))
                .withMessageContaining(code);
    }

    @Test
    void whatIsTooLargeForS3IsInvalid() {
        client.rule(request ->
                AnsweringClient.isPut(request) ? Optional.of(Answer.error(400, "MetadataTooLarge")) : Optional.empty());
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> put("a", BlobOptions.NONE, "x"))
                .withMessageContaining("metadata");
    }

    @Test
    void wrongCredentialsAreNamedAndTheSecretIsNot() {
        Bucket bucket = Bucket.open(
                BucketUnderTest.BUCKET,
                settings,
                BucketUnderTest.credentials(S3Server.KEY, "another-secret"),
                BucketUnderTest.client(settings));
        try (Blobs store = new S3Blobs(bucket)) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(store::check)
                    .withMessageContaining("SignatureDoesNotMatch")
                    .withMessageContaining("AWS_ACCESS_KEY_ID")
                    .satisfies(error -> assertThat(error.getMessage()).doesNotContain("another-secret"));
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> store.read(TENANT, "a"))
                    .satisfies(error -> assertThat(error.getMessage()).doesNotContain("another-secret"));
        }
    }

    /** Else a plugin that calls the store could never be unloaded. */
    @Test
    void noThreadOfTheSdkAndNoParserTakesTheCallersClassLoader() throws Exception {
        List<ClassLoader> seen = new CopyOnWriteArrayList<>();
        AnsweringClient fresh = BucketUnderTest.client(settings);
        Thread caller = Thread.currentThread();
        ClassLoader own = caller.getContextClassLoader();
        try (Blobs store = BucketUnderTest.open(settings, fresh);
                URLClassLoader plugins = new URLClassLoader(new URL[0], null)) {
            fresh.rule(request -> {
                seen.add(Thread.currentThread().getContextClassLoader());
                return Optional.empty();
            });
            caller.setContextClassLoader(plugins);
            try {
                store.list(TENANT, "", "", 10);
                try (InputStream in = store.read(TENANT, "a").orElseThrow()) {
                    assertThat(in.readAllBytes()).isNotEmpty();
                }
                store.presign(TENANT, "a", Duration.ofMinutes(1));
                assertThat(caller.getContextClassLoader()).isSameAs(plugins);
            } finally {
                caller.setContextClassLoader(own);
            }
            assertThat(seen).isNotEmpty().containsOnly(Bucket.class.getClassLoader());
            assertThat(Thread.getAllStackTraces().keySet())
                    .allSatisfy(
                            thread -> assertThat(thread.getContextClassLoader()).isNotSameAs(plugins));
        }
    }

    @Test
    void filesThatNobodyClosesAreToldByTheSettingThatTheyExhaust() throws IOException {
        S3Settings few = new S3Settings(
                Optional.empty(),
                Optional.of(BucketUnderTest.server().endpoint()),
                true,
                settings.prefix(),
                5,
                Duration.ofMillis(800),
                2,
                Optional.empty());
        put("b", BlobOptions.NONE, "x".repeat(3 << 20));
        try (Blobs store = BucketUnderTest.open(few, BucketUnderTest.client(few))) {
            InputStream one = store.read(TENANT, "b").orElseThrow();
            InputStream other = store.read(TENANT, "b").orElseThrow();
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> store.stat(TENANT, "b"))
                    .withMessageContaining("hold all 2 connections")
                    .withMessageContaining("copilot.blobs.s3.max-connections");
            one.close();
            assertThat(store.stat(TENANT, "b")).isPresent();
            // Read to its end it holds none either.
            assertThat(other.readAllBytes()).hasSize(3 << 20);
            try (InputStream third = store.read(TENANT, "b").orElseThrow();
                    InputStream fourth = store.read(TENANT, "b").orElseThrow()) {
                assertThat(third.read()).isEqualTo(fourth.read());
            }
        }
    }

    /** The one who writes last is right, whoever's digest is kept. */
    @Test
    void aDigestOfAnotherWritingIsNotThisOnes() throws IOException {
        BlobInfo first = putLarge("a", BlobOptions.NONE);
        assertThat(first.sha256()).isNotNull();
        client.rule(request ->
                AnsweringClient.isPut(request) ? Optional.of(Answer.error(403, "AccessDenied")) : Optional.empty());
        BlobInfo second = putLarge("a", BlobOptions.NONE);
        assertThat(second.sha256()).isNull();
        assertThat(blobs.stat(TENANT, "a")).contains(second);
        try (Blob open = blobs.open(TENANT, "a", BlobRange.ALL).orElseThrow()) {
            assertThat(open.info()).isEqualTo(second);
        }
    }

    /** To open one takes two requests, the second while the first one's connection is in use. */
    @Test
    void largeFilesAreOpenedWithOneConnection() throws IOException {
        putLarge("large", BlobOptions.NONE);
        S3Settings one = new S3Settings(
                Optional.empty(),
                settings.endpoint(),
                true,
                settings.prefix(),
                5,
                Duration.ofSeconds(20),
                1,
                Optional.empty());
        try (Blobs store = BucketUnderTest.open(one, BucketUnderTest.client(one));
                Blob blob = store.open(TENANT, "large", BlobRange.from(10)).orElseThrow()) {
            assertThat(blob.info().sha256()).isNotNull();
            assertThat(blob.content().readAllBytes()).hasSize(PIECES * PIECE.length - 10);
        }
    }
}
