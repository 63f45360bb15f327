package org.copilotframework.storage.tck.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.Test;

/** What is written or deleted under a condition is so only where it holds, and nobody comes in between. */
abstract class ConditionsKit extends FileTheme {
    private static final int WRITERS = 8;

    @Test
    void whatShouldBeNewReplacesNothing() throws IOException {
        put("a", BlobOptions.NONE.ifAbsent(), "first");

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> put("a", BlobOptions.NONE.ifAbsent(), "second"))
                .withMessageContaining("'a'");
        assertThat(get("a")).contains("first");
        blobs().delete(tenant(), "a");
        put("a", BlobOptions.NONE.ifAbsent(), "third");
        assertThat(get("a")).contains("third");
    }

    @Test
    void onlyTheExpectedVersionIsReplaced() throws IOException {
        BlobInfo first = put("a", "first");
        BlobInfo second = put("a", BlobOptions.NONE.ifVersion(first.version()), "second");

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> put("a", BlobOptions.NONE.ifVersion(first.version()), "third"));
        assertThat(get("a")).contains("second");
        blobs().delete(tenant(), "a");
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> put("a", BlobOptions.NONE.ifVersion(second.version()), "fourth"));
        assertThat(get("a")).isEmpty();
    }

    @Test
    void onlyTheExpectedVersionIsDeleted() throws IOException {
        BlobInfo first = put("a", "same");
        BlobInfo second = put("a", "same");

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> blobs().delete(tenant(), "a", first.version()));
        assertThat(get("a")).contains("same");
        assertThat(blobs().delete(tenant(), "a", second.version())).isTrue();
        assertThat(blobs().delete(tenant(), "a", second.version())).isFalse();
    }

    @Test
    void ofManyWhoMakeAFileOneSucceeds() throws Exception {
        List<Boolean> made = together(writer -> {
            try (Blobs store = kit().open()) {
                store.write(tenant(), "one", BlobOptions.NONE.ifAbsent(), out -> out.write(writer));
                return true;
            } catch (ConflictException late) {
                return false;
            }
        });
        assertThat(made).containsOnlyOnce(true);
        int winner = made.indexOf(true);
        try (Blob blob = blobs().open(tenant(), "one", BlobRange.ALL).orElseThrow()) {
            assertThat(blob.content().readAllBytes()).containsExactly(winner);
        }
    }

    /** The bytes are those that are there already; what is kept beside them is another for each. */
    @Test
    void ofManyWhoWriteTheSameBytesUnderOneVersionOneSucceeds() throws Exception {
        String version = put("a", "same").version();
        List<Boolean> made = together(writer -> {
            try {
                BlobOptions own = BlobOptions.NONE
                        .metadata(Map.of("writer", Integer.toString(writer)))
                        .ifVersion(version);
                put("a", own, "same");
                return true;
            } catch (ConflictException late) {
                return false;
            }
        });
        assertThat(get("a")).contains("same");
        BlobInfo found = blobs().stat(tenant(), "a").orElseThrow();
        int last = Integer.parseInt(found.metadata().get("writer"));
        assertThat(made.get(last)).as("who is there was told so").isTrue();
        if (kit().tellsSameBytesApart()) {
            assertThat(made).containsOnlyOnce(true);
        }
    }

    @Test
    void noneOfManyWhoCountTogetherIsLost() throws Exception {
        put("count", "0");
        List<Integer> done = together(writer -> {
            int counted = 0;
            while (counted < 5) {
                try {
                    countOnce();
                    counted++;
                } catch (ConflictException another) {
                    // Somebody else was faster: read again.
                    Thread.onSpinWait();
                }
            }
            return counted;
        });
        assertThat(done).containsOnly(5);
        assertThat(get("count")).contains(Integer.toString(5 * WRITERS));
    }

    private void countOnce() throws IOException {
        try (Blob blob = blobs().open(tenant(), "count", BlobRange.ALL).orElseThrow()) {
            int next = Integer.parseInt(new String(blob.content().readAllBytes(), UTF_8)) + 1;
            put("count", BlobOptions.NONE.ifVersion(blob.info().version()), Integer.toString(next));
        }
    }

    private interface Deed<T> {
        T by(int writer) throws Exception;
    }

    private static <T> List<T> together(Deed<T> deed) throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<T>> all = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                all.add(writers.submit(() -> deed.by(writer)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> one : all) {
                results.add(one.get(120, TimeUnit.SECONDS));
            }
            return results;
        } finally {
            writers.shutdownNow();
        }
    }
}
