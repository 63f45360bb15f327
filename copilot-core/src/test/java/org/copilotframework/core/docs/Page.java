package org.copilotframework.core.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One Markdown page of the project, taken apart as far as the tests need it. */
record Page(Path file, String text, List<Block> blocks, String prose) {
    /** The line before a block that quotes a file of the project. */
    private static final Pattern QUOTES = Pattern.compile("<!-- quoted from (\\S+) -->");

    private static final Pattern LINK = Pattern.compile("(?<!`)\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");

    /**
     * A fenced block.
     *
     * @param line where its code begins
     * @param language such as {@code java}; may be empty
     * @param code its lines, each with its end
     * @param quoted the file of the project that it quotes, or empty
     */
    record Block(int line, String language, String code, String quoted) {}

    /** The folder of the whole project. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("copilot-api"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    static Page of(String path) {
        return read(root().resolve(path));
    }

    /** The READMEs of the project and its modules, and all of {@code docs/}. */
    static List<Page> all() {
        try (Stream<Path> files = Files.walk(root().resolve("docs"))) {
            return Stream.concat(
                            readmes().stream(),
                            files.filter(file -> file.toString().endsWith(".md"))
                                    .sorted())
                    .map(Page::read)
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Path> readmes() throws IOException {
        try (Stream<Path> files = Files.walk(root(), 3)) {
            return files.filter(file -> file.endsWith("README.md"))
                    .filter(file -> !root().relativize(file).toString().matches("docs.*|.*\\btarget\\b.*"))
                    .sorted()
                    .toList();
        }
    }

    /** Where links lead to. */
    List<String> links() {
        return LINK.matcher(prose).results().map(link -> link.group(1)).toList();
    }

    /** The names by which headings are linked to, as both the site and GitHub make them. */
    Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        Matcher headings = HEADING.matcher(prose);
        while (headings.find()) {
            anchors.add(headings.group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9 _-]", "")
                    .strip()
                    .replace(' ', '-'));
        }
        return anchors;
    }

    /** The cells of all tables, row by row, without the rows of dashes. */
    List<List<String>> rows() {
        return prose.lines()
                .filter(line -> line.startsWith("|") && !line.matches("[|: -]+"))
                .map(line -> Stream.of(line.substring(1, line.lastIndexOf('|')).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    /** What a pattern finds in all of the text. */
    List<MatchResult> find(Pattern pattern) {
        return pattern.matcher(text).results().toList();
    }

    String name() {
        return root().relativize(file).toString().replace('\\', '/');
    }

    @Override
    public String toString() {
        return name();
    }

    private static Page read(Path file) {
        try {
            String text = Files.readString(file);
            List<Block> blocks = new ArrayList<>();
            return new Page(file, text, blocks, withoutBlocks(text, blocks));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String withoutBlocks(String text, List<Block> blocks) {
        List<String> lines = text.lines().toList();
        StringBuilder prose = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("```")) {
                prose.append(lines.get(i)).append('\n');
                continue;
            }
            Matcher quotes = QUOTES.matcher(i == 0 ? "" : lines.get(i - 1));
            String language = lines.get(i).substring(3).strip();
            int first = ++i;
            StringBuilder code = new StringBuilder();
            while (!lines.get(i).startsWith("```")) {
                code.append(lines.get(i++)).append('\n');
            }
            blocks.add(new Block(first + 1, language, code.toString(), quotes.matches() ? quotes.group(1) : ""));
        }
        return prose.toString();
    }
}
