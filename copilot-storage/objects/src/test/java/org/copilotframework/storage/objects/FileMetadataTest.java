package org.copilotframework.storage.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.junit.jupiter.api.Test;

class FileMetadataTest {
    private final FileMetadata metadata = new FileMetadata("own-");
    private final ObjectNames names = new ObjectNames(Optional.empty(), 10, Spelling.PLAIN);

    @Test
    void whatAWriterGaveIsToldAndTheStoresOwnIsNot() {
        Map<String, String> kept = metadata.with(
                metadata.of(BlobOptions.NONE.metadata(Map.of("page", "7")), names, "a-name/that-is-long"), "abc");
        assertThat(kept).hasSize(4);
        BlobInfo info = metadata.info("n", 3, Instant.EPOCH, "v", null, kept);
        assertThat(info.metadata()).containsOnly(Map.entry("page", "7"));
        assertThat(info.sha256()).isEqualTo("abc");
        assertThat(info.contentType()).isEqualTo("application/octet-stream");
    }

    @Test
    void aWritingIsKnownAgainByItsWord() {
        Map<String, String> one = metadata.of(BlobOptions.NONE, names, "a");
        Map<String, String> other = metadata.of(BlobOptions.NONE, names, "a");
        assertThat(metadata.isOf(one, metadata.with(one, "digest"))).isTrue();
        assertThat(metadata.isOf(one, other)).isFalse();
        assertThat(metadata.isOf(Map.of(), Map.of())).isFalse();
    }

    @Test
    void whatAServiceTellsMayHaveCapitalsAndGaps() {
        Map<String, String> told = new HashMap<>();
        told.put("Page", "7");
        told.put("nothing", null);
        assertThat(FileMetadata.told(told)).containsOnly(Map.entry("page", "7"));
        assertThat(FileMetadata.told(null)).isEmpty();
    }

    /** Some services keep no more than two kilobytes. */
    @Test
    void asMuchAsIsPermittedHasRoomBesideTheStoresOwn() {
        ObjectNames real = new ObjectNames(Optional.empty(), 770, Spelling.PLAIN);
        Map<String, String> much = Map.of("a".repeat(64), "v".repeat(1_436));
        Map<String, String> kept = metadata.with(
                new FileMetadata("copilot-").of(BlobOptions.NONE.metadata(much), real, "n".repeat(1024)),
                "f".repeat(64));
        assertThat(kept.entrySet().stream()
                        .mapToInt(entry ->
                                entry.getKey().length() + entry.getValue().length())
                        .sum())
                .isLessThanOrEqualTo(2048);
    }

    @Test
    void aUrlHoldsForATimeThatIsPermitted() {
        Refusals.demandValidity(Duration.ofSeconds(1));
        Refusals.demandValidity(Duration.ofDays(7));
        for (Duration wrong : new Duration[] {Duration.ofMillis(999), Duration.ofDays(8), Duration.ofSeconds(-1)}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> Refusals.demandValidity(wrong))
                    .withMessageContaining("validity");
        }
    }

    @Test
    void aConflictTellsWhatThereIs() {
        assertThat(Refusals.conflict("a", null, "v1")).hasMessageContaining("has version v1, and should not be there");
        assertThat(Refusals.conflict("a", "v1", null)).hasMessageContaining("is not there, and version v1");
    }

    @Test
    void aBucketIsLookedAtOnceInAWhile() {
        LastSeen seen = new LastSeen();
        assertThat(seen.isJustNow()).isFalse();
        seen.now();
        assertThat(seen.isJustNow()).isTrue();
    }

    @Test
    void theCallersLoaderIsTheThreadsAgainAfterwards() {
        ClassLoader callers = new ClassLoader() {};
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(callers);
        try {
            assertThat(OwnLoader.<ClassLoader, RuntimeException>within(thread::getContextClassLoader))
                    .isSameAs(OwnLoader.class.getClassLoader());
            assertThat(thread.getContextClassLoader()).isSameAs(callers);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
