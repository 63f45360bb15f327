package org.copilotframework.example.docs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.ListBlock;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;
import org.commonmark.node.Text;
import org.commonmark.node.ThematicBreak;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.commonmark.parser.SourceLines;
import org.commonmark.renderer.text.TextContentRenderer;

/**
 * Reads Markdown: headings become the path of what stands below them, a code listing stays whole, each item of a list
 * is a block. The text of a block is the source, marks and all, so that its lines are the file's lines.
 */
final class MarkdownReader {
    private static final String BETWEEN_HEADINGS = " › ";
    private static final int MAX_HEADING = 200;
    private static final int MAX_DEPTH = 100;

    /** For the marks within a heading; the document itself is only divided into blocks, see {@link #keepHeading}. */
    private static final Parser HEADINGS = Parser.builder().build();

    private static final TextContentRenderer TEXT =
            TextContentRenderer.builder().build();

    private final String[] lines;
    private final List<Block> blocks = new ArrayList<>();
    private final String[] headings = new String[7];
    private String path = "";

    private MarkdownReader(String[] lines) {
        this.lines = lines;
        Arrays.fill(headings, "");
    }

    static List<Block> read(String text) {
        String[] lines = withoutFrontMatter(text.split("\n", -1));
        MarkdownReader reader = new MarkdownReader(lines);
        Node document = Parser.builder()
                .includeSourceSpans(IncludeSourceSpans.BLOCKS)
                .inlineParserFactory(context -> MarkdownReader::keepHeading)
                .maxOpenBlockParsers(MAX_DEPTH)
                .build()
                .parse(String.join("\n", lines));
        for (Node node = document.getFirstChild(); node != null; node = node.getNext()) {
            reader.take(node);
        }
        return reader.blocks;
    }

    /** Front matter (YAML between two lines of dashes) is not prose; its lines are emptied so that the others keep their numbers. */
    private static String[] withoutFrontMatter(String[] lines) {
        if (lines[0].stripTrailing().equals("---")) {
            for (int i = 1; i < lines.length; i++) {
                if (lines[i].stripTrailing().equals("---")) {
                    Arrays.fill(lines, 0, i + 1, "");
                    break;
                }
            }
        }
        return lines;
    }

    private void take(Node node) {
        if (node instanceof Heading heading) {
            enter(heading);
        } else if (node instanceof ListBlock list) {
            for (Node item = list.getFirstChild(); item != null; item = item.getNext()) {
                add(item, containsListing(item));
            }
        } else if (!(node instanceof ThematicBreak) && !isComment(node)) {
            add(node, isListing(node));
        }
    }

    /**
     * The marks within a paragraph are of no interest, and ten thousand that are nested take the whole stack, or time by the
     * square of their number. So only headings are looked at, and of those no more than a person would read.
     */
    private static void keepHeading(SourceLines lines, Node node) {
        if (node instanceof Heading) {
            String title = lines.getContent().replace('\n', ' ').strip();
            node.appendChild(new Text(shortened(title)));
        }
    }

    private static String shortened(String title) {
        if (title.length() <= MAX_HEADING) {
            return title;
        }
        int end = Character.isLowSurrogate(title.charAt(MAX_HEADING)) ? MAX_HEADING - 1 : MAX_HEADING;
        return title.substring(0, end) + "…";
    }

    private void enter(Heading heading) {
        String source = heading.getFirstChild() instanceof Text text ? text.getLiteral() : "";
        // With the closing mark, so that a "#" of the heading itself is not taken for one.
        headings[heading.getLevel()] =
                TEXT.render(HEADINGS.parse("# " + source + " #")).strip();
        Arrays.fill(headings, heading.getLevel() + 1, headings.length, "");
        path = String.join(
                BETWEEN_HEADINGS,
                Arrays.stream(headings).filter(title -> !title.isEmpty()).toList());
    }

    private void add(Node node, boolean whole) {
        List<SourceSpan> spans = node.getSourceSpans();
        if (spans.isEmpty()) {
            return; // an empty item of a list
        }
        int first = spans.get(0).getLineIndex();
        int last = spans.get(spans.size() - 1).getLineIndex();
        String text = String.join("\n", Arrays.asList(lines).subList(first, last + 1));
        if (!text.isBlank()) {
            blocks.add(new Block(path, 0, first + 1, text, whole));
        }
    }

    private static boolean isComment(Node node) {
        return node instanceof HtmlBlock html && html.getLiteral().startsWith("<!--");
    }

    private static boolean isListing(Node node) {
        return node instanceof FencedCodeBlock || node instanceof IndentedCodeBlock;
    }

    private static boolean containsListing(Node item) {
        for (Node node = item.getFirstChild(); node != null; node = node.getNext()) {
            if (isListing(node)) {
                return true;
            }
        }
        return false;
    }
}
