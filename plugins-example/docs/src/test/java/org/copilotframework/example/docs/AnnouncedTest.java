package org.copilotframework.example.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnnouncedTest {
    @Test
    void aListingIsQuotedToItsEnd() {
        assertThat(of("\n\n```java\nint a;\n\nint b;\n```\n\nAfter.")).isEqualTo("\n\n```java\nint a;\n\nint b;\n```");
        assertThat(of("\n\n    ls\n\n    cd\n\nAfter.")).isEqualTo("\n\n    ls\n\n    cd");
    }

    @Test
    void aLongListingIsQuotedForTwelveLines() {
        assertThat(of("\n```\n" + "line\n".repeat(20) + "```\n")).isEqualTo("\n```" + "\nline".repeat(11) + "\n…");
    }

    @Test
    void aListIsQuotedForFourItemsWithAllThatBelongsToThem() {
        assertThat(of("\n- a\n  more\n  - inner\n- b\n\n- c\n- d\n- e\n"))
                .isEqualTo("\n- a\n  more\n  - inner\n- b\n\n- c\n- d\n…");
        assertThat(of("\n\n1. a\n2. b\n\nAfter.")).isEqualTo("\n\n1. a\n2. b");
    }

    @Test
    void aTableAndASentenceAreQuotedToo() {
        assertThat(of("\n\n| a |\n|---|\n| 1 |\n\nAfter.")).isEqualTo("\n\n| a |\n|---|\n| 1 |");
        assertThat(of(" one sentence. And another.")).isEqualTo(" one sentence.");
    }

    @Test
    void nothingIsQuotedBeyondTheRoomThereIs() {
        assertThat(Announced.of("\n```\nshort\nlonger than that\n```", 14)).isEqualTo("\n```\nshort\n…");
        assertThat(Announced.of("\n```\n", 3)).isEmpty();
        assertThat(Announced.of(" a sentence too long.", 10)).isEmpty();
        assertThat(of(" \n\n")).isEmpty();
    }

    private static String of(String rest) {
        return Announced.of(rest, 1_000);
    }
}
