package org.copilotframework.example.docs;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.contentstream.operator.OperatorName;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.io.MemoryUsageSetting;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.pdmodel.font.FontMappers;
import org.apache.pdfbox.text.PDFTextStripper;

/**
 * Reads the text of a PDF page by page. Everything stays in memory, within bounds; nothing is looked for in the system's
 * font folders and no cache is written to the user's home.
 */
final class PdfReader {
    private static final int MAX_PAGES = 2_000;
    private static final int MAX_CHARACTERS = 10_000_000;
    /** Each operator is a word, a line or a move; a long book has about a million. To draw a form costs as much as many. */
    private static final int MAX_OPERATORS = 5_000_000;

    private static final int OPERATORS_OF_A_FORM = 50;

    private static final Duration MAX_TIME = Duration.ofSeconds(30);
    private static final long MAX_MEMORY = 256L << 20;

    static {
        FontMappers.set(new PackedFont());
    }

    private PdfReader() {}

    static List<Block> read(byte[] content, BooleanSupplier stop) throws UnreadableFileException {
        try (PDDocument document = Loader.loadPDF(
                content, "", null, null, MemoryUsageSetting.setupMainMemoryOnly(MAX_MEMORY).streamCache)) {
            return pages(document, new Budget(stop));
        } catch (InvalidPasswordException e) {
            throw new UnreadableFileException("it is encrypted and asks for a password", e);
        } catch (CancellationException e) {
            throw e;
        } catch (ExhaustedException e) {
            throw new UnreadableFileException(e.getMessage(), e);
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // A crooked file can make the parser fail in any of these ways; none of them may end the whole run. An
            // object stream
            // of two megabytes can unfold to all of the memory before there is a page; it is free again here.
            throw new UnreadableFileException("it is not a PDF that can be read (" + shortly(e) + ")", e);
        }
    }

    private static List<Block> pages(PDDocument document, Budget budget) throws IOException, UnreadableFileException {
        if (document.getNumberOfPages() > MAX_PAGES) {
            throw new UnreadableFileException(
                    "it has " + document.getNumberOfPages() + " pages; the limit is " + MAX_PAGES);
        }
        if (!document.getCurrentAccessPermission().canExtractContent()) {
            throw new UnreadableFileException("its author does not permit taking text out of it");
        }
        PDFTextStripper stripper = new BoundedStripper(budget);
        stripper.setLineSeparator("\n");
        stripper.setParagraphEnd("\n");
        StreamSizes sizes = new StreamSizes(budget::check);
        List<Block> blocks = new ArrayList<>();
        int left = MAX_CHARACTERS;
        for (int page = 1; page <= document.getNumberOfPages(); page++) {
            budget.check();
            sizes.count(document.getPage(page - 1));
            stripper.setStartPage(page);
            stripper.setEndPage(page);
            BoundedText text = new BoundedText(left);
            stripper.writeText(document, text);
            left -= text.toString().length();
            blocks.addAll(TextReader.paragraphs(text.toString().replace('\u00a0', ' '), page));
        }
        if (blocks.isEmpty()) {
            throw new UnreadableFileException("it holds no text (pictures of pages are not read)");
        }
        return blocks;
    }

    private static String shortly(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return e.getClass().getSimpleName() + ": " + message.substring(0, Math.min(100, message.length()));
    }

    /** A few kilobytes of PDF, of forms that draw each other, can ask for more work than is ever done. */
    private static final class Budget {
        private final BooleanSupplier stop;
        private final long begun = System.nanoTime();
        private int operators;

        Budget(BooleanSupplier stop) {
            this.stop = stop;
        }

        void take(Operator operator) {
            operators += operator.getName().equals(OperatorName.DRAW_OBJECT) ? OPERATORS_OF_A_FORM : 1;
            if (operators > MAX_OPERATORS) {
                throw new ExhaustedException("it takes more than " + MAX_OPERATORS + " operators");
            }
            check();
        }

        void check() {
            if (stop.getAsBoolean()) {
                throw new CancellationException("The time was up in the middle of a PDF");
            }
            if (System.nanoTime() - begun > MAX_TIME.toNanos()) {
                throw new ExhaustedException("it takes longer than " + MAX_TIME.toSeconds() + " seconds");
            }
        }
    }

    private static final class BoundedStripper extends PDFTextStripper {
        private final Budget budget;

        BoundedStripper(Budget budget) {
            this.budget = budget;
        }

        @Override
        protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
            budget.take(operator);
            super.processOperator(operator, operands);
        }
    }

    /** A few kilobytes of PDF can unfold to gigabytes of text. */
    private static final class BoundedText extends Writer {
        private final StringWriter text = new StringWriter();
        private final int limit;

        BoundedText(int limit) {
            this.limit = limit;
        }

        @Override
        public void write(char[] characters, int from, int length) throws IOException {
            if (text.getBuffer().length() + length > limit) {
                throw new IOException("it holds more than " + MAX_CHARACTERS + " characters");
            }
            text.write(characters, from, length);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
