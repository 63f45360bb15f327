package org.copilotframework.storage.tck.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.Test;

/**
 * What a store of files does with each bad answer of the service behind it, or none. For stores that are clients of a service: the
 * author of one extends this class and says how the service can be made to fail.
 */
public abstract class BlobFaultsKit extends BlobFaultsTheme<FaultyService> {
    /** For subclasses. */
    protected BlobFaultsKit() {}

    /**
     * What a message must name if the credentials are refused.
     *
     * @return such as the setting that says them
     */
    protected abstract String credentials();

    /**
     * What no message may show, nor any of its causes.
     *
     * @return such as a key
     */
    protected abstract Canaries secrets();

    /** Never "there is no such file": that would be taken for an answer. */
    @Test
    void aMissingBucketIsToldByItsSettingAndByEachOperation() {
        try (Blobs missing = service().open("no-such-place")) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(missing::check)
                    .withMessageContaining("copilot.blobs.bucket")
                    .withMessageContaining("STORAGE_BUCKET")
                    .withMessageContaining("'no-such-place'");
        }
        for (Use use : uses()) {
            try (Blobs missing = service().open("no-such-place")) {
                assertThatExceptionOfType(UnavailableException.class)
                        .as(use.name())
                        .isThrownBy(() -> use.of(missing))
                        .withMessageContaining("'no-such-place'");
            }
        }
    }

    private interface Deed {
        void of(Blobs store) throws Exception;
    }

    private record Use(String name, Deed deed) {
        void of(Blobs store) throws Exception {
            deed.of(store);
        }
    }

    private static List<Use> uses() {
        return List.of(
                new Use("stat", store -> store.stat(ACME, "a")),
                new Use("open", store -> store.open(ACME, "a", BlobRange.ALL)),
                new Use("part", store -> store.open(ACME, "a", BlobRange.from(3))),
                new Use("list", store -> store.list(ACME, "", "", 1)),
                new Use("delete", store -> store.delete(ACME, "a")),
                new Use("erase", store -> store.erase(ACME)),
                new Use("write", store -> store.write(ACME, "a", out -> out.write('x'))));
    }

    @Test
    void refusedCredentialsAreToldByTheirSettingAndNotShown() {
        for (int status : new int[] {401, 403}) {
            service().refuse(2, any -> true, status);
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(blobs()::check)
                    .withMessageContaining(credentials())
                    .satisfies(secrets()::areNotIn);
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> blobs().stat(ACME, "a"))
                    .satisfies(secrets()::areNotIn);
            service().behave();
        }
    }

    @Test
    void aCredentialThatIsOverInTheMiddleLeavesTheEarlierFile() throws IOException {
        write("a", "first");
        service().refuse(1, nth(2, service()::isOfAPart), 401);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> writeLarge("a", BlobOptions.NONE))
                .satisfies(secrets()::areNotIn);
        service().behave();
        assertThat(read("a")).isEqualTo("first");
        assertThat(blobs().list(ACME, "", "", 10)).hasSize(1);
    }

    /** Who wraps the stream and hides what it says gets no half file either. */
    @Test
    void aWriterThatHidesAFailureWritesNothing() throws IOException {
        write("a", "first");
        service().refuse(1, service()::isOfAPart, 403);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs().write(ACME, "a", out -> {
                    for (int i = 0; i < 3; i++) {
                        try {
                            out.write(new byte[service().part()]);
                        } catch (IOException hidden) {
                            secrets().areNotIn(hidden);
                        }
                    }
                }));
        service().behave();
        assertThat(read("a")).isEqualTo("first");
    }

    /** As if any other had failed. */
    @Test
    void aLastPartThatFailsIsUnavailable() throws IOException {
        service().refuse(1, nth(2, service()::isOfAPart), 403);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs().write(
                                ACME, "a", out -> out.write(new byte[service().part() + 1])));
        service().behave();
        assertThat(blobs().stat(ACME, "a")).isEmpty();
    }

    @Test
    void aServiceThatAsksForPatienceIsAskedAgainWithinABound() throws IOException {
        write("a", "x");
        for (int status : new int[] {429, 503}) {
            service().refuse(2, any -> true, status);
            assertThat(read("a")).isEqualTo("x");
        }
        service().behave();
        service().refuse(1_000, any -> true, 503);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs().stat(ACME, "a"))
                .satisfies(busy -> assertThat(busy.retryAfter()).isPresent());
        assertThat(service().requests()).isBetween(2, 10);
    }

    @Test
    void aServiceThatIsSilentIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Blobs impatient = service().openAt(URI.create("http://127.0.0.1:" + silent.getLocalPort()))) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> impatient.stat(ACME, "a"))
                    .withMessageMatching(".*copilot\\.blobs\\.\\w+\\.timeout.*");
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(impatient::check);
        }
    }

    @Test
    void aServiceThatIsAwayIsUnavailable() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        try (Blobs impatient = service().openAt(URI.create("http://127.0.0.1:" + port))) {
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(impatient::check);
            for (Use use : uses()) {
                assertThatExceptionOfType(UnavailableException.class)
                        .as(use.name())
                        .isThrownBy(() -> use.of(impatient))
                        .withMessageContaining("127.0.0.1");
            }
        }
    }

    /** The second answer says that the condition does not hold, since the first request made the file. */
    @Test
    void aWriteWhoseAnswerIsLostIsNoConflictWithItself() throws IOException {
        service().lose(service()::isOfAWrite);
        BlobInfo made = blobs().write(ACME, "a", BlobOptions.NONE.ifAbsent(), out -> out.write('1'));
        assertThat(blobs().stat(ACME, "a")).contains(made);

        service().lose(service()::isOfAWrite);
        BlobInfo next = blobs().write(ACME, "a", BlobOptions.NONE.ifVersion(made.version()), out -> out.write('2'));
        assertThat(blobs().stat(ACME, "a")).contains(next);
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() ->
                        blobs().write(ACME, "a", BlobOptions.NONE.ifVersion(made.version()), out -> out.write('3')))
                .withMessageContaining(next.version());
    }

    @Test
    void aLargeWriteWhoseLastAnswerIsLostIsNoConflictWithItself() throws IOException {
        service().loseTheLast();
        BlobInfo made = writeLarge("a", BlobOptions.NONE.ifAbsent());
        assertThat(made.size()).isEqualTo(3L * service().part());
        assertThat(blobs().stat(ACME, "a").orElseThrow().version()).isEqualTo(made.version());
    }

    @Test
    void aVersionThatCanBeNoneIsAConflict() throws IOException {
        write("a", "x");
        for (String odd : List.of("*", "\"", "no version", "a,b")) {
            ThrowingCallable writing =
                    () -> blobs().write(ACME, "a", BlobOptions.NONE.ifVersion(odd), out -> out.write('y'));
            assertThatExceptionOfType(ConflictException.class).isThrownBy(writing);
            assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> blobs().delete(ACME, "a", odd));
            assertThat(blobs().delete(ACME, "none", odd)).isFalse();
        }
        assertThat(read("a")).isEqualTo("x");
    }

    @Test
    void anErasedTenantLeavesNothingBehindAndItsNeighboursAlone() throws IOException {
        write("a", "x");
        String mine = service().objects().iterator().next();
        write("n".repeat(1024), "x");
        service().put(mine.substring(0, mine.length() - 1) + "folder./b");
        TenantId longer = new TenantId("acme.x");
        blobs().write(longer, "a", out -> out.write('x'));

        assertThat(blobs().erase(ACME)).isEqualTo(3);
        assertThat(service().objects())
                .singleElement()
                .satisfies(left -> assertThat(left).endsWith("acme.x/a"));
        blobs().erase(longer);
    }

    /** Such as a digest that is kept beside it. */
    @Test
    void aDeletedLargeFileLeavesNothingBehind() throws IOException {
        writeLarge("a", BlobOptions.NONE);
        writeLarge("a", BlobOptions.NONE);
        assertThat(blobs().delete(ACME, "a")).isTrue();
        assertThat(service().objects()).isEmpty();

        writeLarge("a", BlobOptions.NONE);
        write("a", "small now");
        assertThat(blobs().delete(ACME, "a")).isTrue();
        assertThat(service().objects()).isEmpty();
    }

    /** The second answer says that there is none, since the first request deleted it. */
    @Test
    void aDeletionWhoseAnswerIsLostFoundTheFile() throws IOException {
        write("a", "x");
        service().lose(request -> request.startsWith("DELETE "));
        assertThat(blobs().delete(ACME, "a")).isTrue();
        assertThat(blobs().stat(ACME, "a")).isEmpty();
        assertThat(blobs().delete(ACME, "a")).isFalse();

        String version = blobs().write(ACME, "a", out -> out.write('y')).version();
        service().lose(request -> request.startsWith("DELETE "));
        assertThat(blobs().delete(ACME, "a", version)).isTrue();
        assertThat(blobs().stat(ACME, "a")).isEmpty();
        assertThat(blobs().delete(ACME, "a", version)).isFalse();
    }

    /** Each deletion has a condition, so that one that comes late deletes nobody's next file. */
    @Test
    void aFileThatIsReplacedWhileItIsDeletedIsLookedForAgain() throws IOException {
        write("a", "x");
        service().refuse(1, request -> request.startsWith("DELETE "), 412);
        assertThat(blobs().delete(ACME, "a")).isTrue();
        assertThat(blobs().stat(ACME, "a")).isEmpty();

        write("a", "x");
        service().refuse(1_000, request -> request.startsWith("DELETE "), 412);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs().delete(ACME, "a"))
                .withMessageContaining("all the time");
        service().behave();
    }

    /**
     * How many requests a page takes.
     *
     * @param longNames how many names it has that are too long to be those of objects
     * @return by default one, if what is kept beside the objects is listed with them
     */
    protected int requestsOfAPage(int longNames) {
        return 1;
    }

    @Test
    void aPageTakesNoMoreRequestsThanItMust() throws IOException {
        write("a", "x");
        for (int i = 0; i < 9; i++) {
            write("n".repeat(900) + i, "x");
        }
        service().behave();
        assertThat(blobs().list(ACME, "", "", 100)).hasSize(10);
        assertThat(service().requests()).isEqualTo(requestsOfAPage(9));
    }

    @Test
    void whatIsAfterwardsUsedIsClosed() {
        blobs().close();
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs().stat(ACME, "a"))
                .withMessageContaining("closed");
    }
}
