package org.copilotframework.core.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.copilotframework.api.ApiGeneration;
import org.copilotframework.api.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages name exists: the places they link to, settings, errors, tests. */
class DocsPagesTest {
    private static final Pattern SETTING = Pattern.compile(
            "(?<![\\w.<{-])copilot\\.(?:home|environment|log-level|(?:invoke|plugins|storage|workers)\\.[a-z.-]*[a-z])");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Kit))\\.(\\w+)`");
    private static final Pattern PROVIDER = Pattern.compile("copilot\\.storage\\.(?!url|migrate)[a-z-]+(\\..*)?");
    private static final Pattern PLAIN_URL = Pattern.compile("^(https?:|mailto:)");

    static Stream<Page> pages() {
        return Page.all().stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkWithinTheProjectLeadsSomewhere(Page page) {
        for (String link : page.links()) {
            if (PLAIN_URL.matcher(link).find()) {
                continue;
            }
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]);
            assertThat(target).as(page + " links to " + link).exists();
            if (parts.length == 2) {
                String name = Page.root().relativize(target.normalize()).toString();
                assertThat(Page.of(name).anchors())
                        .as(page + " links to " + link)
                        .contains(parts[1]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everySettingThatIsNamedIsInTheReference(Page page) {
        String reference = Page.of("docs/reference/settings.md").text();
        for (MatchResult setting : page.find(SETTING)) {
            String key = setting.group();
            if (PROVIDER.matcher(key).matches()) {
                // A provider's own settings stand in its module's README, which its module tests.
                continue;
            }
            // A group of settings is named by what they begin with.
            assertThat(reference).as(page + " names " + key).containsPattern("`" + Pattern.quote(key) + "[.`]");
        }
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Map<String, String> tests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Page.root(), 12)) {
            for (Path file : (Iterable<Path>) files.filter(DocsPagesTest::holdsTests)::iterator) {
                tests.merge(file.getFileName().toString().replace(".java", ""), Files.readString(file), String::concat);
            }
        }
        int named = 0;
        for (Page page : Page.all()) {
            for (MatchResult test : page.find(TEST)) {
                assertThat(tests).as(page + " names " + test.group()).containsKey(test.group(1));
                assertThat(tests.get(test.group(1)))
                        .as(page + " names " + test.group())
                        .contains("void " + test.group(2) + "(");
                named++;
            }
        }
        assertThat(named).isGreaterThan(10);
    }

    /** Tests of our own, and those of a kit that others run too. */
    private static boolean holdsTests(Path file) {
        String name = file.toString();
        return name.endsWith("Test.java") || (name.endsWith("Kit.java") && name.contains("tck"));
    }

    @Test
    void theTableOfErrorsIsTheTreeOfErrors() {
        List<List<String>> rows = Page.of("docs/errors.md").rows();
        List<String> expected = Arrays.stream(ErrorCode.values())
                .map(code -> "`" + code.code() + "` `" + className(code) + "` " + code.exitStatus())
                .toList();
        List<String> said = rows.stream()
                .filter(row -> row.size() == 5 && row.get(1).endsWith("Exception`"))
                .map(row -> row.get(0) + " " + row.get(1) + " " + row.get(4))
                .toList();
        assertThat(said).isEqualTo(expected);
    }

    /** Each row names tests, or cases of one, and these expect the row's words of the message. */
    @Test
    void theMessagesOfBadPluginsAreThoseThatTestsExpect() throws IOException {
        Map<String, String> tests = new TreeMap<>();
        for (String folder : List.of("", "archive/")) {
            Path sources = Page.root().resolve("copilot-core/src/test/java/org/copilotframework/core/" + folder);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(sources, "*Test.java")) {
                for (Path file : files) {
                    tests.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
                }
            }
        }
        List<List<String>> rows = Page.of("docs/plugin-host.md").rows().stream()
                .filter(row -> row.size() == 3 && TEST.matcher(row.get(2)).find())
                .toList();
        assertThat(rows).hasSizeGreaterThan(20);
        for (List<String> row : rows) {
            StringBuilder shownBy = new StringBuilder();
            for (String test : row.get(2).split(", ")) {
                shownBy.append(source(tests, test));
            }
            for (String words : row.get(1).split(", (?=`)")) {
                assertThat(shownBy.toString()).as(row.toString()).contains(words.replace("`", ""));
            }
        }
    }

    /** The source of a test, or of one case of a test with parameters: {@code `X.test` with "case"}. */
    private static String source(Map<String, String> tests, String named) {
        Matcher test = TEST.matcher(named);
        assertThat(test.find()).as(named).isTrue();
        assertThat(tests).as(named).containsKey(test.group(1));
        Matcher of = Pattern.compile(" with \"(.+)\"").matcher(named);
        Pattern source = of.find()
                ? Pattern.compile(
                        "Arguments\\.of\\(\\s*\"" + Pattern.quote(of.group(1)) + "\".*?(?=Arguments\\.of\\(|\n    @)",
                        Pattern.DOTALL)
                : Pattern.compile("\n    void " + test.group(2) + "\\(.*?\n    }\n", Pattern.DOTALL);
        Matcher found = source.matcher(tests.get(test.group(1)));
        assertThat(found.find()).as("the source of " + named).isTrue();
        return found.group();
    }

    @Test
    void theCommandsAndOptionsThatAreNamedAreThere() throws IOException {
        StringBuilder program = new StringBuilder();
        try (Stream<Path> files = Files.walk(Page.root().resolve("copilot-server/app/src/main"))) {
            for (Path file : (Iterable<Path>) files.filter(one -> one.toString().endsWith(".java"))::iterator) {
                program.append(Files.readString(file));
            }
        }
        Page page = Page.of("docs/command-line.md");
        for (MatchResult option : page.find(Pattern.compile("(?<![\\w-])--[a-z][a-z0-9-]*"))) {
            assertThat(program.toString()).as(option.group()).contains('"' + option.group() + '"');
        }
        int commands = 0;
        for (MatchResult command : page.find(Pattern.compile("\\| `copilot ((?:[a-z]+ ?)+)"))) {
            for (String word : command.group(1).split(" ")) {
                assertThat(program.toString()).as(command.group()).contains("name = \"" + word + "\"");
            }
            commands++;
        }
        assertThat(commands).isGreaterThan(8);
    }

    @Test
    void theGenerationThatIsToldIsTheOneThereIs() {
        assertThat(Page.of("docs/plugin-host.md").text())
                .contains("the API generation, now " + ApiGeneration.CURRENT + ")");
    }

    @Test
    void thePagesAreAllInTheMenu() throws IOException {
        String menu = Files.readString(Page.root().resolve("mkdocs.yml"));
        String missing = Page.all().stream()
                .map(Page::name)
                .filter(name -> name.startsWith("docs/") && !menu.contains(" " + name.substring("docs/".length())))
                .collect(Collectors.joining(", "));
        assertThat(missing).isEmpty();
    }

    private static String className(ErrorCode code) {
        return Arrays.stream(code.name().split("_"))
                        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(java.util.Locale.ROOT))
                        .collect(Collectors.joining())
                + "Exception";
    }
}
