package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class UsageTest {
    private final Cli cli = new Cli();

    @ParameterizedTest
    @MethodSource("commands")
    void eachCommandHasHelpWithTheCommonOptions(String command) {
        Outcome help = cli.run((command + " --help").split(" "));

        assertThat(help.status()).isZero();
        assertThat(help.out()).contains("Usage: copilot " + command, "--home=DIR", "--json", "--debug", "-h, --help");
        assertThat(help.err()).isEmpty();
    }

    /** All that there are, whatever is added. */
    private static Stream<String> commands() {
        return below(CommandLineFace.commandLine(new Cli().surroundings())).map(command -> command.substring(1));
    }

    private static Stream<String> below(CommandLine group) {
        return group.getSubcommands().entrySet().stream()
                .flatMap(one ->
                        Stream.concat(Stream.of(""), below(one.getValue())).map(rest -> " " + one.getKey() + rest));
    }

    @Test
    void theCommandsOfAGroupAreAmongThem() {
        assertThat(commands())
                .contains("run", "plugins", "plugins publish", "plugins nodes", "keys rotate", "config check");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plugins", "sessions", "runs", "tenants", "store", "keys", "config"})
    void aMissingCommandIsAUsageErrorThatListsThoseThereAre(String group) {
        Outcome outcome = group.isEmpty() ? cli.run() : cli.run(group);

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("error: Missing required subcommand", "Commands:");
    }

    @Test
    void aMistypedCommandOrOptionGetsNearNames() {
        assertThat(cli.run("agnets").err()).contains("'agnets'; did you mean agents", "Try 'copilot --help'.");
        assertThat(cli.run("plugins", "list", "--jsn").err()).contains("'--jsn'; did you mean --json?");
    }

    @Test
    void aUsageErrorIsJsonWhereJsonIsAskedFor() {
        Outcome outcome = cli.run("ask", "--json");

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.json("/error/code")).isEqualTo("invalid_request");
        assertThat(outcome.json("/error/message")).isEqualTo("Missing required parameter: 'AGENT'");
        assertThat(outcome.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--json=true agnets",
                "agnets --json",
                "--json=maybe version",
                "plugins --json",
                "ask --home --json",
                "version --nonsense --json -- x"
            })
    void aUsageErrorIsJsonWhereverAndHoweverJsonIsAskedFor(String line) {
        Outcome outcome = cli.run(line.split(" "));

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.json("/error/code")).isEqualTo("invalid_request");
        assertThat(outcome.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--json=false agnets", "agnets", "version -- --json"})
    void aUsageErrorIsForAPersonWhereJsonIsNotAskedFor(String line) {
        Outcome outcome = cli.run(line.split(" "));

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).startsWith("error: ");
    }

    @Test
    void helpIsAnObjectWhereJsonIsAskedFor() {
        cli.onTerminal();
        for (String line :
                List.of("--json --help", "--help --json", "plugins --json --help", "ask --help --json=true")) {
            Outcome help = cli.run(line.split(" "));
            assertThat(help.status()).isZero();
            assertThat((String) help.json("/usage"))
                    .startsWith("Usage: copilot")
                    .doesNotContain("\033");
            assertThat(help.err()).isEmpty();
        }
        assertThat((String) cli.run("plugins", "install", "--json", "-h").json("/usage"))
                .startsWith("Usage: copilot plugins install");
    }

    @Test
    void whatIsWrongOnTheCommandLineIsRefusedBeforeAnythingIsStarted() {
        assertThat(cli.run("ask", "hello").err()).contains("say something: copilot ask hello TEXT");
        assertThat(cli.run("ask", "hello", "hi", "--timeout", "soon").err())
                .contains("--timeout", "'soon' is not a time; write 500ms, 30s, 2m or 1h");
        assertThat(cli.run("ask", "hello", "hi", "--timeout", "0s").err()).contains("not a time above zero");
        Outcome json = cli.run("ask", "hello", "--data", "{\"a\":");
        assertThat(json.status()).isEqualTo(2);
        assertThat(json.err()).contains("--data: this is not JSON at line 1");
    }

    @Test
    void theCommonOptionsMayStandAnywhere() {
        for (List<String> args : List.of(List.of("--json", "version"), List.of("version", "--json"))) {
            Outcome outcome = cli.run(args.toArray(String[]::new));
            assertThat(outcome.status()).isZero();
            assertThat(outcome.json()).containsKeys("version", "apiGeneration", "java");
        }
    }

    @Test
    void versionSaysWhatTheProgramIsAndRunsOn() {
        Outcome outcome = cli.run("version");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .startsWith("copilot ")
                .contains("API generation 1", "Java " + Runtime.version().feature());
    }

    @Test
    void thereAreColoursOnATerminalOnlyAndNoneWhereTheUserWantsNone() {
        assertThat(cli.run("--help").out()).doesNotContain("\033");
        assertThat(cli.run("ask").err()).doesNotContain("\033");
        Cli terminal = new Cli().onTerminal();
        assertThat(terminal.run("--help").out()).contains("\033[");
        assertThat(terminal.run("ask").err()).contains("\033[31merror\033[0m: Missing");
        terminal.environment.put("NO_COLOR", "1");
        assertThat(terminal.run("--help").out()).doesNotContain("\033");
        assertThat(terminal.run("ask").err()).doesNotContain("\033");
        terminal.environment.put("NO_COLOR", "");
        terminal.environment.put("TERM", "dumb");
        assertThat(terminal.run("--help").out()).doesNotContain("\033");
    }

    @Test
    void linesAreNoWiderThanTheTerminal() {
        cli.environment.put("COLUMNS", "60");
        assertThat(cli.run("run", "--help").out().lines()).allMatch(line -> line.length() <= 60);
        cli.environment.put("COLUMNS", "nonsense");
        assertThat(cli.run("run", "--help").out().lines())
                .allMatch(line -> line.length() <= 100)
                .anyMatch(line -> line.length() > 80);
    }
}
