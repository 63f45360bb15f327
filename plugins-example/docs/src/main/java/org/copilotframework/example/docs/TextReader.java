package org.copilotframework.example.docs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads plain text: paragraphs are what stands between empty lines. */
final class TextReader {
    private TextReader() {}

    static List<Block> read(String text) {
        return paragraphs(text, 0);
    }

    /** The paragraphs of a text that stands on the given page; lines count from 1. */
    static List<Block> paragraphs(String text, int page) {
        List<Block> blocks = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        int begin = 0;
        for (int i = 0; i <= lines.length; i++) {
            if (i == lines.length || lines[i].isBlank()) {
                if (i > begin) {
                    blocks.add(new Block(
                            "",
                            page,
                            begin + 1,
                            String.join("\n", Arrays.asList(lines).subList(begin, i)),
                            false));
                }
                begin = i + 1;
            }
        }
        return blocks;
    }
}
