package org.copilotframework.example.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkerTest {
    @Test
    void shortBlocksOfASectionAreJoinedAndKeepTheirLines() throws Exception {
        List<Passage> passages = passages("# A\n\none\n\ntwo\nthree\n\n# B\n\nfour\n");

        assertThat(passages)
                .containsExactly(new Passage("A", 0, 3, 6, "one\n\ntwo\nthree"), new Passage("B", 0, 10, 10, "four"));
    }

    @Test
    void aLongParagraphIsCutBetweenSentencesAndNothingIsLost() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 60; i++) {
            text.append("This is the sentence with the number ").append(i).append(" of sixty.\n");
        }

        List<Passage> passages = passages(text.toString());

        assertThat(passages).hasSizeGreaterThan(2);
        assertThat(passages).allSatisfy(passage -> {
            assertThat(words(passage.text())).isLessThanOrEqualTo(Chunker.MAX_TOKENS);
            assertThat(passage.text()).startsWith("This").endsWith("sixty.");
            assertThat(passage.text()).contains("number " + passage.firstLine() + " of");
            assertThat(passage.text()).endsWith("number " + passage.lastLine() + " of sixty.");
        });
        assertThat(String.join("\n", passages.stream().map(Passage::text).toList()))
                .isEqualTo(text.toString().strip());
    }

    @Test
    void aLargeTextIsCutWithItsLinesRight() {
        String text = "The quick brown fox\njumps over it. ".repeat(100_000);

        List<Passage> passages = Chunker.passages(List.of(new Block("", 0, 1, text, false)), ChunkerTest::words);

        assertThat(passages).hasSizeGreaterThan(4_000);
        assertThat(passages.get(passages.size() - 1).lastLine()).isEqualTo(100_001);
    }

    @Test
    void noPassageIsVeryLongHoweverFewItsTokensAre() {
        String word = "x".repeat(100_000);
        List<Block> blocks = List.of(
                new Block("", 0, 1, word, false),
                new Block("", 0, 2, "```\n" + "code\n".repeat(20_000) + "```", true),
                new Block("", 0, 30_000, "one", false),
                new Block("", 0, 50_000, "two", false));

        List<Passage> passages = Chunker.passages(blocks, ChunkerTest::words);

        assertThat(passages)
                .allSatisfy(passage -> assertThat(passage.text()).hasSizeLessThanOrEqualTo(Chunker.MAX_CHARACTERS));
        assertThat(passages)
                .endsWith(new Passage("", 0, 30_000, 30_000, "one"), new Passage("", 0, 50_000, 50_000, "two"));
    }

    @Test
    void aCodeListingIsNotCut() throws Exception {
        String listing = "```\n" + "word word word word\n".repeat(100) + "```";

        List<Passage> passages = passages("before\n\n" + listing + "\n\nafter\n");

        assertThat(passages).extracting(Passage::text).containsExactly("before", listing, "after");
    }

    @Test
    void textWithoutSentencesOrSpacesIsCutAllTheSame() {
        String endless = "\uD83D\uDE00".repeat(3_000); // a character of two halves

        List<Passage> passages =
                Chunker.passages(List.of(new Block("", 0, 1, endless, false)), text -> text.length() / 3);

        assertThat(passages).hasSizeGreaterThan(5);
        assertThat(passages).allSatisfy(passage -> {
            assertThat(passage.text().length() / 3).isLessThanOrEqualTo(Chunker.MAX_TOKENS);
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(passage.text()))
                    .isTrue();
        });
        assertThat(String.join("", passages.stream().map(Passage::text).toList()))
                .isEqualTo(endless);
    }

    @Test
    void theModelIsShownTheHeadingsAndNoAddresses() {
        Passage passage =
                new Passage("Guide › Setup", 0, 1, 1, "See [the **page**](https://example.org/a_b_c), _now_.");

        assertThat(passage.forModel()).isEqualTo("Guide › Setup\nSee the page, now.");
    }

    private static List<Passage> passages(String markdown) throws UnreadableFileException {
        return Chunker.passages(
                DocumentFormat.MARKDOWN.read(markdown.getBytes(StandardCharsets.UTF_8), () -> false),
                ChunkerTest::words);
    }

    private static int words(String text) {
        return text.isBlank() ? 0 : text.strip().split("\\s+").length;
    }
}
