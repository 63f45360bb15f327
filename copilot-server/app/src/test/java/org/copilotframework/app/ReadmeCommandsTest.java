package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines that README and the pages have people type are taken by the program. */
class ReadmeCommandsTest {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");
    private static final Pattern LINE = Pattern.compile("^(?:[A-Z_]+=\\S+ |KEY=\\$\\()?(?:\\./)?copilot ([^#)]+)");

    @TempDir
    Path folder;

    private static Path root() {
        Path above = Path.of("").toAbsolutePath();
        while (!Files.exists(above.resolve("copilot-bom"))) {
            above = above.getParent();
        }
        return above;
    }

    /** The lines of the blocks that a shell reads. */
    private static List<String> lines(String page) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean shell = false;
        for (String line : Files.readAllLines(root().resolve(page))) {
            if (line.startsWith("```")) {
                shell = line.equals("```sh");
            } else if (shell) {
                lines.add(line);
            }
        }
        return lines;
    }

    @Test
    void eachCommandOfThePagesIsTaken() throws IOException {
        int commands = 0;
        for (String page : List.of("README.md", "docs/command-line.md")) {
            for (String line : lines(page)) {
                Matcher command = LINE.matcher(line);
                if (command.find()) {
                    List<String> words = new ArrayList<>();
                    Matcher word = WORD.matcher(command.group(1));
                    while (word.find()) {
                        words.add(word.group().replaceAll("^[\"']|[\"']$", ""));
                    }
                    assertThatCode(() -> CommandLineFace.commandLine(new Cli().surroundings())
                                    .parseArgs(words.toArray(String[]::new)))
                            .as("%s: %s", page, line)
                            .doesNotThrowAnyException();
                    commands++;
                }
            }
        }
        assertThat(commands).isGreaterThan(15);
    }

    @Test
    void theFirstLineToTryIsTheOneThatRunPrints() throws Exception {
        String line = lines("README.md").stream()
                .filter(one -> one.startsWith("curl "))
                .findFirst()
                .orElseThrow();
        try (Served served = new Served(folder)) {
            served.drop(new PluginJar(folder).greeting());
            String address = served.serve();
            assertThat(served.hints()).contains(line.replace("http://127.0.0.1:8080", address));
            Matcher parts = Pattern.compile("curl http://127.0.0.1:8080(\\S+) -H '(.+?): (.+?)' -d '(.+?)'")
                    .matcher(line);
            assertThat(parts.matches()).isTrue();
            HttpResponse<String> reply =
                    Served.send("POST", address + parts.group(1), parts.group(2), parts.group(3), parts.group(4));
            assertThat(reply.statusCode()).isEqualTo(200);
            assertThat(reply.body()).contains("Hello, world!");
            assertThat(Files.readString(root().resolve("README.md"))).contains("The answer is `Hello, world!`");
        }
    }
}
