package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutTest {
    @Test
    void textBreaksBetweenWordsAndKeepsItsOwnLines() {
        assertThat(Layout.wrap("one two three\n\nfour", 8)).containsExactly("one two", "three", "", "four");
        assertThat(Layout.wrap("unbreakable word", 5)).containsExactly("unbreakable", "word");
        assertThat(Layout.wrap("", 5)).containsExactly("");
    }

    @Test
    void aWrappedParagraphKeepsItsIndent() {
        assertThat(Layout.wrap("  one two three", 9)).containsExactly("  one two", "  three");
    }

    @Test
    void columnsAreAlignedAndTheLastIsWrappedInItsPlace() {
        List<List<String>> lines = Layout.table(
                List.of(
                        List.of("A", "TEXT"),
                        List.of("longer", "words that do not fit into one line"),
                        List.of("b", "")),
                32);

        assertThat(lines)
                .containsExactly(
                        List.of("A       TEXT"),
                        List.of("longer  words that do not fit", "        into one line"),
                        List.of("b"));
    }
}
