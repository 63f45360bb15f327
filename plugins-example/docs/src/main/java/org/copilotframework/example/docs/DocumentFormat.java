package org.copilotframework.example.docs;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** The kinds of files that can be read, told apart by the end of their names. */
enum DocumentFormat {
    MARKDOWN(List.of(".md", ".markdown")) {
        @Override
        List<Block> read(byte[] content, BooleanSupplier stop) throws UnreadableFileException {
            return MarkdownReader.read(text(content));
        }
    },
    TEXT(List.of(".txt", ".text")) {
        @Override
        List<Block> read(byte[] content, BooleanSupplier stop) throws UnreadableFileException {
            return TextReader.read(text(content));
        }
    },
    PDF(List.of(".pdf")) {
        @Override
        List<Block> read(byte[] content, BooleanSupplier stop) throws UnreadableFileException {
            return PdfReader.read(content, stop);
        }
    };

    private final List<String> endings;

    DocumentFormat(List<String> endings) {
        this.endings = endings;
    }

    /** The format of a file of this name, or empty if such files are none of our business. */
    static Optional<DocumentFormat> of(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (DocumentFormat format : values()) {
            if (format.endings.stream().anyMatch(lower::endsWith)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /**
     * Takes a document apart.
     *
     * @param stop asked now and then where the reading can take long
     * @return its blocks in the order of the document; empty if it holds no text
     * @throws CancellationException if {@code stop} was true
     * @throws UnreadableFileException if the content is not what the name says
     */
    abstract List<Block> read(byte[] content, BooleanSupplier stop) throws UnreadableFileException;

    private static String text(byte[] content) throws UnreadableFileException {
        for (byte b : content) {
            if (b == 0) {
                throw new UnreadableFileException("it is binary, or text in UTF-16; only UTF-8 is read");
            }
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
            return withoutMark.replace("\r\n", "\n").replace('\r', '\n');
        } catch (CharacterCodingException e) {
            throw new UnreadableFileException("it is not text in UTF-8", e);
        }
    }
}
