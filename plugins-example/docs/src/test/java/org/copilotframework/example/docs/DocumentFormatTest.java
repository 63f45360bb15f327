package org.copilotframework.example.docs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.apache.pdfbox.cos.COSName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentFormatTest {
    private static final BooleanSupplier NEVER = () -> false;

    @Test
    void headingsBecomeThePathOfWhatStandsBelowThem() throws Exception {
        List<Block> blocks =
                markdown("# Guide\n\nIntro\n\n## Setup\n\nDo *this*.\n\n### Details\n\nMore\n\nTitle\n---\n\nEnd\n");

        assertThat(blocks)
                .extracting(Block::heading, Block::firstLine, Block::text)
                .containsExactly(
                        tuple("Guide", 3, "Intro"),
                        tuple("Guide › Setup", 7, "Do *this*."),
                        tuple("Guide › Setup › Details", 11, "More"),
                        tuple("Guide › Title", 16, "End"));
    }

    @Test
    void aCodeListingStaysWholeAndAHashInItIsNoHeading() throws Exception {
        List<Block> blocks = markdown("# A\n\n```sh\n# not a heading\n\nls\n```\n\nafter\n");

        assertThat(blocks).hasSize(2);
        assertThat(blocks.get(0).text()).isEqualTo("```sh\n# not a heading\n\nls\n```");
        assertThat(blocks.get(0).whole()).isTrue();
        assertThat(blocks.get(0).lastLine()).isEqualTo(7);
        assertThat(blocks.get(1).heading()).isEqualTo("A");
    }

    @Test
    void frontMatterAndCommentsAreNotProseButTheirLinesCount() throws Exception {
        List<Block> blocks = markdown("---\ntitle: x\n---\n<!-- internal -->\n\nText\n");

        assertThat(blocks).singleElement().satisfies(block -> {
            assertThat(block.text()).isEqualTo("Text");
            assertThat(block.firstLine()).isEqualTo(6);
        });
    }

    @Test
    void linesAreCountedTheSameWithWindowsLineEndsAndAByteOrderMark() throws Exception {
        assertThat(markdown("\uFEFF# A\r\n\r\none\r\ntwo\r\n"))
                .containsExactly(new Block("A", 0, 3, "one\ntwo", false));
    }

    @Test
    void paragraphsOfPlainTextAreDividedByEmptyLines() throws Exception {
        assertThat(DocumentFormat.TEXT.read("one\ntwo\n \n\nthree".getBytes(UTF_8), NEVER))
                .containsExactly(new Block("", 0, 1, "one\ntwo", false), new Block("", 0, 5, "three", false));
    }

    @Test
    void whatIsNotUtf8IsRefusedWithAReason() {
        assertRefused(DocumentFormat.TEXT, "Über".getBytes(ISO_8859_1), "not text in UTF-8");
        assertRefused(DocumentFormat.MARKDOWN, "Guide".getBytes(UTF_16), "binary, or text in UTF-16");
        assertRefused(DocumentFormat.TEXT, new byte[] {(byte) 0xCA, (byte) 0xFE, 0, 0, 1}, "binary");
    }

    @Test
    void aPdfKeepsItsPages() throws Exception {
        List<Block> blocks = DocumentFormat.PDF.read(Pdfs.of("First page.\n\nSecond paragraph.", "On page two"), NEVER);

        assertThat(blocks).extracting(Block::page).containsExactly(1, 1, 2);
        assertThat(blocks).extracting(Block::text).containsExactly("First page.", "Second paragraph.", "On page two");
    }

    @Test
    void aPdfThatAsksForAPasswordIsRefused() {
        assertRefused(
                DocumentFormat.PDF, Pdfs.encrypted("secret", true, "Hidden"), "encrypted and asks for a password");
    }

    @Test
    void aPdfThatAnyoneMayOpenButNotCopyIsRefused() {
        assertRefused(DocumentFormat.PDF, Pdfs.encrypted("", false, "Look, do not copy"), "does not permit");
    }

    @Test
    void aPdfWithoutTextIsRefused() {
        assertRefused(DocumentFormat.PDF, Pdfs.of(""), "holds no text");
    }

    @Test
    void aCrookedPdfIsRefusedWhateverIsWrongWithIt() throws Exception {
        byte[] good = Pdfs.of("One page of text", "and another");
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            byte[] bad = random.nextBoolean() ? good.clone() : Arrays.copyOf(good, random.nextInt(good.length));
            for (int j = 0; j < 30 && bad.length > 0; j++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                DocumentFormat.PDF.read(bad, NEVER);
            } catch (UnreadableFileException e) {
                refused++; // any other exception fails the test
            }
        }
        assertThat(refused).isPositive();
        assertRefused(DocumentFormat.PDF, "hello".getBytes(UTF_8), "not a PDF that can be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*a ", "![", "> ", "- ", "[a](", "<b>", "`a"})
    void marksThatAreNestedWithoutEndCostNeitherTheStackNorTheRestOfTheFile(String mark) throws Exception {
        String nested = mark.repeat(20_000);

        List<Block> blocks = markdown("# " + nested + "\n\ntext\n\n" + nested + "\n\n# End\n\nlast\n");

        assertThat(blocks).extracting(Block::text).startsWith("text").endsWith("last");
        assertThat(blocks).allSatisfy(block -> assertThat(block.heading()).hasSizeLessThan(1_000));
    }

    @Test
    void theMarksOfAHeadingAreTakenAway() throws Exception {
        assertThat(markdown("## The `run` *command* in C\\# ##\n\nx\n\n1. Install\nand run\n---\n\n# 2. Setup\n\ny\n"))
                .extracting(Block::heading)
                .startsWith("The \"run\" command in C#")
                .endsWith("2. Setup");
    }

    @Test
    void aPdfThatAsksForWorkWithoutEndIsRefused() {
        assertRefused(DocumentFormat.PDF, Pdfs.formsThatDrawEachOther(20, 10), "it takes more than 5000000 operators");
    }

    @Test
    void aPageThatUnfoldsToAGigabyteOfBlanksIsRefusedBeforeItIsRead() {
        assertRefused(
                DocumentFormat.PDF,
                Pdfs.blanks(1L << 30, Pdfs.Place.CONTENT, 1),
                "one of its streams unfolds to more than 64 MB");
    }

    @Test
    void whatAPageUsesIsNoBiggerEither() throws Exception {
        long much = 100L << 20;

        assertRefused(DocumentFormat.PDF, Pdfs.blanks(much, Pdfs.Place.FORM, 1), "one of its streams unfolds");
        assertRefused(DocumentFormat.PDF, Pdfs.blanks(much, Pdfs.Place.MAP_OF_A_FONT, 1), "one of its streams unfolds");
        assertRefused(
                DocumentFormat.PDF,
                Pdfs.blanks(1 << 20, Pdfs.Place.PARTS_OF_THE_CONTENT, 1),
                "what draws one page unfolds to more than 64 MB");
        assertRefused(DocumentFormat.PDF, Pdfs.blanks(60L << 20, Pdfs.Place.FORM, 9), "it unfolds to more than 512 MB");
        assertRefused(
                DocumentFormat.PDF,
                Pdfs.blanks(1 << 20, Pdfs.Place.CONTENT, 1, COSName.DCT_DECODE),
                "a picture where there should be none");
    }

    @Test
    void aPictureIsNotReadSoItMayBeLarge() throws Exception {
        assertThat(DocumentFormat.PDF.read(Pdfs.blanks(100L << 20, Pdfs.Place.PICTURE, 1), NEVER))
                .extracting(Block::text)
                .containsExactly("Some words");
    }

    @Test
    void unfoldingAPdfEndsWhenTheTimeIsUp() {
        byte[] content = Pdfs.blanks(60L << 20, Pdfs.Place.CONTENT, 1);
        int[] asked = {0};

        assertThatThrownBy(() -> DocumentFormat.PDF.read(content, () -> asked[0]++ > 100))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void readingAPdfEndsWhenTheTimeIsUp() {
        int[] asked = {0};

        assertThatThrownBy(() -> DocumentFormat.PDF.read(Pdfs.formsThatDrawEachOther(20, 10), () -> asked[0]++ > 1_000))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void otherKindsOfFilesAreNoneOfOurBusiness() {
        assertThat(DocumentFormat.of("a.MD")).contains(DocumentFormat.MARKDOWN);
        assertThat(DocumentFormat.of("picture.png")).isEmpty();
    }

    private static List<Block> markdown(String text) throws UnreadableFileException {
        return DocumentFormat.MARKDOWN.read(text.getBytes(UTF_8), NEVER);
    }

    private static void assertRefused(DocumentFormat format, byte[] content, String reason) {
        assertThatThrownBy(() -> format.read(content, NEVER))
                .isInstanceOf(UnreadableFileException.class)
                .hasMessageContaining(reason);
    }
}
