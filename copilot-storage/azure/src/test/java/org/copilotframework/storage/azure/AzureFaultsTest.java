package org.copilotframework.storage.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store does with each bad answer of the service, or none. */
class AzureFaultsTest {
    private static final TenantId ACME = new TenantId("acme");

    private AzureFake fake;
    private Blobs blobs;

    @BeforeEach
    void start() throws IOException {
        fake = new AzureFake();
        blobs = service().open();
    }

    @AfterEach
    void stop() {
        blobs.close();
        fake.close();
    }

    private AzureUnderTest service() {
        return AzureUnderTest.with(java.util.Optional.of(fake.endpoint()), Azurite.KEY);
    }

    private boolean isOfAChunk(String request) {
        return request.contains("comp=block&");
    }

    private boolean isOfAWrite(String request) {
        return request.startsWith("PUT ") && !request.contains("comp=");
    }

    @Test
    void aMissingContainerIsToldByItsSetting() {
        try (Blobs missing = service().open("no-such-place")) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(missing::check)
                    .withMessageContaining("copilot.blobs.bucket")
                    .withMessageContaining("STORAGE_BUCKET")
                    .withMessageContaining("'no-such-place'");
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> missing.write(ACME, "a", out -> out.write('x')))
                    .withMessageContaining("'no-such-place'");
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> missing.list(ACME, "", "", 10));
        }
    }

    @Test
    void refusedCredentialsAreToldByTheirSettingAndNotShown() {
        for (int status : new int[] {401, 403}) {
            fake.fail(2, any -> true, AzureFake.status(status, "AuthenticationFailed"));
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(blobs::check)
                    .withMessageContaining("copilot.blobs.azure.account-key")
                    .satisfies(Secrets::areNotIn);
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> blobs.stat(ACME, "a"))
                    .withMessageContaining(status + " ")
                    .satisfies(Secrets::areNotIn);
        }
    }

    @Test
    void aCredentialThatIsOverInTheMiddleLeavesTheEarlierFile() throws IOException {
        write("a", "first");
        fake.fail(1, nth(3, this::isOfAChunk), AzureFake.status(401, "InvalidAuthenticationInfo"));
        try (Blobs small = service().chunkMib(1).open()) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> small.write(ACME, "a", out -> {
                        for (int i = 0; i < 6; i++) {
                            out.write(new byte[1 << 20]);
                        }
                    }))
                    .withMessageContaining("401")
                    .satisfies(Secrets::areNotIn);
        }
        assertThat(read("a")).isEqualTo("first");
        assertThat(blobs.list(ACME, "", "", 10)).hasSize(1);
    }

    /** Who wraps the stream and hides what it says gets no half file either. */
    @Test
    void aWriterThatHidesAFailureWritesNothing() throws IOException {
        write("a", "first");
        fake.fail(1, this::isOfAChunk, AzureFake.status(403, "AuthorizationFailure"));
        try (Blobs small = service().chunkMib(1).open()) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> small.write(ACME, "a", out -> {
                        for (int i = 0; i < 3; i++) {
                            try {
                                out.write(new byte[1 << 20]);
                            } catch (IOException hidden) {
                                assertThat(hidden).hasMessageNotContaining("canary");
                            }
                        }
                    }));
        }
        assertThat(read("a")).isEqualTo("first");
    }

    @Test
    void aServiceThatAsksForPatienceIsAskedAgainWithinABound() throws IOException {
        write("a", "x");
        for (int status : new int[] {429, 503}) {
            fake.fail(2, any -> true, AzureFake.status(status, "ServerBusy"));
            assertThat(read("a")).isEqualTo("x");
        }
        fake.fail(1_000, any -> true, AzureFake.status(503, "ServerBusy"));
        int before = fake.seen().size();
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs.stat(ACME, "a"))
                .withMessageContaining("copilot.blobs.azure.tries")
                .satisfies(busy -> assertThat(busy.retryAfter()).isPresent());
        assertThat(fake.seen()).hasSize(before + 4);
    }

    @Test
    void aServiceThatIsSlowIsGivenUp() {
        fake.fail(1_000, any -> true, AzureFake.slow());
        try (Blobs impatient = service().impatient().open()) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> impatient.stat(ACME, "a"))
                    .withMessageContaining("copilot.blobs.azure.timeout");
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(impatient::check);
        }
    }

    @Test
    void aServiceThatIsAwayIsUnavailable() throws IOException {
        fake.close();
        try (Blobs impatient = service().impatient().open()) {
            for (ThrowingCallable use : List.<ThrowingCallable>of(
                    impatient::check,
                    () -> impatient.stat(ACME, "a"),
                    () -> impatient.open(ACME, "a", BlobRange.ALL),
                    () -> impatient.list(ACME, "", "", 1),
                    () -> impatient.delete(ACME, "a"),
                    () -> impatient.erase(ACME),
                    () -> impatient.write(ACME, "a", out -> out.write('x')))) {
                assertThatExceptionOfType(UnavailableException.class)
                        .isThrownBy(use)
                        .withMessageContaining("127.0.0.1");
            }
        }
    }

    @Test
    void aWriteWhoseAnswerIsLostIsNoConflictWithItself() throws IOException {
        fake.fail(1, this::isOfAWrite, fake.lost());
        BlobInfo made = blobs.write(ACME, "a", BlobOptions.NONE.ifAbsent(), out -> out.write('1'));
        assertThat(blobs.stat(ACME, "a")).contains(made);

        fake.fail(1, this::isOfAWrite, fake.lost());
        BlobInfo next = blobs.write(ACME, "a", BlobOptions.NONE.ifVersion(made.version()), out -> out.write('2'));
        assertThat(blobs.stat(ACME, "a")).contains(next);
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(
                        () -> blobs.write(ACME, "a", BlobOptions.NONE.ifVersion(made.version()), out -> out.write('3')))
                .withMessageContaining(next.version());
    }

    @Test
    void aVersionThatCanBeNoneIsAConflict() throws IOException {
        write("a", "x");
        for (String odd : List.of("*", "\"", "no version", "a,b")) {
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> blobs.write(ACME, "a", BlobOptions.NONE.ifVersion(odd), out -> out.write('y')));
            assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> blobs.delete(ACME, "a", odd));
            assertThat(blobs.delete(ACME, "none", odd)).isFalse();
        }
        assertThat(read("a")).isEqualTo("x");
    }

    @Test
    void longNamesThatBeginAlikeAreListedInOrder() throws IOException {
        String begin = "b".repeat(BlobNames.PLAIN - 1);
        TreeSet<String> all = new TreeSet<>(List.of("a", "c", begin, begin + "0", begin + "00"));
        for (String end : List.of("/9", "/10", "0/a", "0/b", "01", "-/-", "~~")) {
            all.add(begin + end + "x".repeat(40));
        }
        for (String name : all) {
            write(name, "x");
        }
        List<String> paged = new ArrayList<>();
        for (List<BlobEntry> page = blobs.list(ACME, "", "", 2);
                !page.isEmpty();
                page = blobs.list(ACME, "", paged.get(paged.size() - 1), 2)) {
            page.forEach(entry -> paged.add(entry.name()));
        }
        assertThat(paged).containsExactlyElementsOf(all);
        String prefix = begin + "0/";
        assertThat(blobs.list(ACME, prefix, "", 10).stream().map(BlobEntry::name))
                .containsExactly(prefix + "a" + "x".repeat(40), prefix + "b" + "x".repeat(40));
    }

    @Test
    void anErasedTenantLeavesNothingBehindAndItsNeighboursAlone() throws IOException {
        write("a", "x");
        write("n".repeat(1024), "x");
        fake.blobs().put("copilot/acme/folder./", new byte[0], new com.sun.net.httpserver.Headers());
        TenantId longer = new TenantId("acme.x");
        blobs.write(longer, "a", out -> out.write('x'));

        assertThat(blobs.erase(ACME)).isEqualTo(3);
        assertThat(fake.blobs().names()).containsExactly("copilot/acme.x/a");
    }

    @Test
    void whoIsInterruptedIsToldAndStaysSo() {
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> blobs.stat(ACME, "a"));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Whatever it is, and whatever the writer does then: no file of which bytes are missing. */
    @Test
    void anInterruptThatTheWriterHidesWritesNothing() throws IOException {
        write("a", "first");
        try (Blobs small = service().chunkMib(1).open()) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> small.write(ACME, "a", out -> {
                        out.write(new byte[1 << 20]);
                        Thread.currentThread().interrupt();
                        try {
                            out.write(new byte[1 << 20]);
                        } catch (IOException | RuntimeException hidden) {
                            assertThat(Thread.interrupted()).isTrue();
                        }
                    }));
        }
        assertThat(read("a")).isEqualTo("first");
    }

    /** As if any other had failed. */
    @Test
    void aLastChunkThatFailsIsUnavailable() throws IOException {
        fake.fail(1, nth(2, this::isOfAChunk), AzureFake.status(403, "AuthorizationFailure"));
        try (Blobs small = service().chunkMib(1).open()) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> small.write(ACME, "a", out -> out.write(new byte[(1 << 20) + 1])));
        }
    }

    /** Each deletion has a condition, so that one that comes late deletes nobody's next file. */
    @Test
    void aFileThatIsReplacedWhileItIsDeletedIsLookedForAgain() throws IOException {
        write("a", "x");
        fake.fail(1, request -> request.startsWith("DELETE "), exchange -> {
            write("a", "another");
            AzureFake.status(412, "ConditionNotMet").to(exchange);
        });
        assertThat(blobs.delete(ACME, "a")).isTrue();
        assertThat(blobs.stat(ACME, "a")).isEmpty();
    }

    @Test
    void whatIsAfterwardsUsedIsClosed() {
        blobs.close();
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs.stat(ACME, "a"))
                .withMessageContaining("closed");
    }

    private void write(String name, String content) throws IOException {
        blobs.write(ACME, name, out -> out.write(content.getBytes(UTF_8)));
    }

    private String read(String name) throws IOException {
        try (InputStream in = blobs.read(ACME, name).orElseThrow()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    /** From the n-th on that is such. */
    private static Predicate<String> nth(int n, Predicate<String> which) {
        AtomicInteger seen = new AtomicInteger();
        return request -> which.test(request) && seen.incrementAndGet() >= n;
    }

    @Test
    void blocksThatAnotherWriterMadeTheServiceForgetAreNoHalfFile() throws IOException {
        try (Blobs small = service().chunkMib(1).open()) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> small.write(ACME, "a", out -> {
                        out.write(new byte[3 << 20]);
                        write("a", "another");
                    }))
                    .withMessageContaining("at the same time");
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> small.write(ACME, "b", BlobOptions.NONE.ifAbsent(), out -> {
                        out.write(new byte[3 << 20]);
                        write("b", "another");
                    }));
        }
        assertThat(read("a")).isEqualTo("another");
    }

    @Test
    void aFileThatIsReplacedWhileItIsReadFails() throws IOException {
        blobs.write(ACME, "a", out -> out.write(new byte[AzureBlobs.READ + 10]));
        try (InputStream in = blobs.read(ACME, "a").orElseThrow()) {
            in.skipNBytes(AzureBlobs.READ);
            write("a", "shorter");
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(in::read)
                    .withMessageContaining("replaced or deleted");
        }
    }
}
