package org.copilotframework.example.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SentencesTest {
    @Test
    void aSentenceMayRunOverLines() {
        assertThat(sentences("It runs\nover lines. And ends!\n\nNext paragraph"))
                .containsExactly("It runs\nover lines.", "And ends!", "Next paragraph");
    }

    @Test
    void itemsRowsAndListingsCountAsOneEach() {
        assertThat(sentences("Do:\n- first. Yes.\n- second\n| a | b |\n| 1. x | 2. y |\n```\na. B. c.\n\nd\n```\nEnd."))
                .containsExactly(
                        "Do:",
                        "- first.",
                        "Yes.",
                        "- second",
                        "| a | b |",
                        "| 1. x | 2. y |",
                        "```\na. B. c.\n\nd\n```",
                        "End.");
    }

    @Test
    void namesWithDotsAreNotCut() {
        assertThat(sentences("Call OrtSession.close() in v1.2.3. Then go.")).hasSize(2);
    }

    private static List<String> sentences(String text) {
        return Sentences.of(text).stream().map(span -> span.of(text)).toList();
    }
}
