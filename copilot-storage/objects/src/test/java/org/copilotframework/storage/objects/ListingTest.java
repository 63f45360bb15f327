package org.copilotframework.storage.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a bucket in memory, some of whose objects have names that are too long for it. */
class ListingTest {
    private static final int MOST = 6;
    private static final TenantId ACME = new TenantId("acme");

    private final ObjectNames names = new ObjectNames(Optional.of("p"), MOST, Spelling.PLAIN);
    private final FileMetadata metadata = new FileMetadata("own-");
    private final TreeMap<String, Map<String, String>> bucket = new TreeMap<>();
    private final AtomicInteger read = new AtomicInteger();

    private void put(String name) {
        bucket.put(names.of(ACME, name), metadata.of(BlobOptions.NONE, names, name));
    }

    private List<String> page(String prefix, String after, int limit, boolean inclusive) {
        Listing.Source source = (beginning, from, page) -> {
            List<Listing.Item> items = new ArrayList<>();
            bucket.tailMap(from, inclusive).forEach((object, kept) -> {
                if (object.startsWith(beginning)) {
                    items.add(new Listing.Item(object, 1, Instant.EPOCH, () -> metadata.rest(kept)));
                }
            });
            return () -> items.stream().peek(item -> read.incrementAndGet()).iterator();
        };
        return new Listing(names, ACME, prefix, after, limit)
                .read(source).stream().map(BlobEntry::name).toList();
    }

    /** Names that differ about where they are cut. */
    private TreeSet<String> sown() {
        TreeSet<String> all = new TreeSet<>();
        for (String begin : List.of("aaaa", "aaaaa", "aaaaaa", "aaaaab", "aaaa/", "aaaaa.", "b")) {
            for (String end : List.of("", "x", ".x", "-", "/x", "/y/z", "~~~~", "x/y/z", "[", "\\", " 1")) {
                all.add(begin + end);
            }
        }
        all.removeIf(name -> name.endsWith("/") || name.contains("//"));
        all.forEach(this::put);
        bucket.put(names.beside(ACME, "aaaa"), Map.of());
        bucket.put("p/tenant=acme/no//name", Map.of());
        bucket.put("p/tenant=acme.x/a", Map.of());
        return all;
    }

    /** Some services refuse to list from a place that is behind what is asked for. */
    @Test
    void behindAllThatIsAskedForNobodyIsAsked() {
        Listing.Source nobody = (beginning, from, page) -> {
            throw new AssertionError("asked from " + from);
        };
        for (String after : List.of("b", "a0", "a\u00ff", "ab/x")) {
            assertThat(new Listing(names, ACME, "a/", after, 10).read(nobody))
                    .as(after)
                    .isEmpty();
        }
        put("a/z");
        assertThat(page("a/", "a/y", 10, true)).containsExactly("a/z");
        assertThat(page("a/", "a", 10, true)).containsExactly("a/z");
    }

    /** A store may begin its list with the name that is given, or behind it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pagesFollowEachOtherInTheOrderOfNames(boolean inclusive) {
        TreeSet<String> all = sown();
        for (int limit : new int[] {1, 2, 7, 1_000}) {
            List<String> paged = new ArrayList<>();
            List<String> page = page("", "", limit, inclusive);
            while (!page.isEmpty()) {
                assertThat(page).hasSizeLessThanOrEqualTo(limit);
                paged.addAll(page);
                page = page("", paged.get(paged.size() - 1), limit, inclusive);
            }
            assertThat(paged).containsExactlyElementsOf(all);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "aaaa", "aaaaaa", "aaaaaa/", "aaaaaax/y", "aaaa/", "b", "b/", "zz", "b~", "aaaaa."})
    void aPrefixNarrowsThePage(String prefix) {
        TreeSet<String> all = sown();
        for (String after : List.of("", "aaaaa", "aaaaaax", "b/x", "z", "a\u20AC", "a\n")) {
            assertThat(page(prefix, after, 1_000, true))
                    .as("after %s", after)
                    .containsExactlyElementsOf(all.stream()
                            .filter(name -> name.startsWith(prefix) && name.compareTo(after) > 0)
                            .toList());
        }
    }

    @Test
    void aFullPageReadsNoFurther() {
        for (int i = 0; i < 100; i++) {
            put("f" + (100 + i));
        }
        read.set(0);
        assertThat(page("", "f150", 3, true)).containsExactly("f151", "f152", "f153");
        assertThat(read.get()).isLessThanOrEqualTo(5);
        assertThat(page("../", "", 3, true)).isEmpty();
    }
}
