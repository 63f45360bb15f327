package org.copilotframework.storage.tck.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.Test;

/** All files are listed, in the order of their names, page by page. */
abstract class PagesKit extends FileTheme {
    @Test
    void pagesFollowEachOtherInTheOrderOfNames() throws IOException {
        TreeSet<String> all = new TreeSet<>();
        for (int i = 0; i < 24; i++) {
            all.add("p" + List.of("/", "-", "0", "A").get(i % 4) + i * 7919 % 101 + "/x");
            all.add("q" + i % 5 + (i % 2 == 0 ? "/y" + i : "." + i));
        }
        for (String name : all) {
            put(name, "");
        }
        for (int limit : new int[] {1, 7, Blobs.MAX_PAGE}) {
            List<String> read = new ArrayList<>();
            List<String> page = names("", "", limit);
            while (!page.isEmpty()) {
                assertThat(page).hasSizeLessThanOrEqualTo(limit);
                read.addAll(page);
                page = names("", read.get(read.size() - 1), limit);
            }
            assertThat(read).containsExactlyElementsOf(all);
        }
    }

    @Test
    void aPrefixNarrowsThePage() throws IOException {
        for (String name : List.of("a", "a/1", "a/2", "a/2/x", "ab", "b")) {
            put(name, "");
        }
        assertThat(names("a/", "", 10)).containsExactly("a/1", "a/2", "a/2/x");
        assertThat(names("a", "", 10)).containsExactly("a", "a/1", "a/2", "a/2/x", "ab");
        assertThat(names("a/", "a/1", 1)).containsExactly("a/2");
        assertThat(names("a", "a/9", 10)).containsExactly("ab");
        assertThat(names("zz", "", 10)).isEmpty();
        assertThat(names("../", "", 10)).isEmpty();
        assertThat(names("", "b", 10)).isEmpty();
        assertThat(names("a/", "b", 10)).as("after all that have the prefix").isEmpty();
        assertThat(names("b", "a", 10)).as("from before the prefix").containsExactly("b");
    }

    @Test
    void aPageHasAtLeastOneAndAtMostAThousandFiles() {
        for (int wrong : new int[] {0, -1, Blobs.MAX_PAGE + 1}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> names("", "", wrong))
                    .withMessageContaining("limit");
        }
    }

    /** Some stores have no room for all of a name; where they cut it, nothing may be out of order. */
    @Test
    void longNamesThatBeginAlikeAreListedInOrder() throws IOException {
        TreeSet<String> all = new TreeSet<>(List.of("a", "z"));
        for (int length : new int[] {240, 770}) {
            for (String last : List.of("-", ".", "[", "\\", "n")) {
                String begin = "n".repeat(length - 1) + last;
                all.addAll(List.of(begin, begin + "/9", begin + "-x/10", begin + "~"));
            }
        }
        for (String name : all) {
            put(name, "");
        }
        List<String> read = new ArrayList<>();
        for (List<String> page = names("", "", 5); !page.isEmpty(); page = names("", read.get(read.size() - 1), 5)) {
            read.addAll(page);
        }
        assertThat(read).containsExactlyElementsOf(all);
        String prefix = "n".repeat(769) + "./";
        assertThat(names(prefix, "", 10)).containsExactly(prefix + "9");
    }

    @Test
    void behindAllThatHaveAPrefixNothingIsListed() throws IOException {
        for (String name : List.of("a/1", "b/1", "c/1")) {
            put(name, "");
        }
        assertThat(names("a/", "b", 10)).isEmpty();
        assertThat(names("a/", "b/1", 10)).isEmpty();
        assertThat(names("b/", "a/1", 10)).containsExactly("b/1");
    }

    /** No character of a prefix stands for others, and none for its capital. */
    @Test
    void aPrefixMeansItselfOnly() throws IOException {
        List<String> all = List.of("*1", "?1", "A_1", "[a]1", "a%1", "a.1", "a_1", "ab1");
        for (String name : all) {
            put(name, "");
        }
        for (String prefix : List.of("*", "?", "A", "[a]", "a%", "a.", "a_", "ab")) {
            assertThat(names(prefix, "", 10))
                    .as(prefix)
                    .singleElement()
                    .satisfies(name -> assertThat(name).startsWith(prefix));
        }
    }
}
