package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.copilotframework.core.json.JsonText;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AskTest {
    @TempDir
    static Path folder;

    private static String given;
    private final Cli cli = new Cli();
    private Path home = folder.resolve("home");

    @BeforeAll
    static void build() {
        PluginJar jars = new PluginJar(folder);
        given = Stream.of(jars.greeter("1.0.0", "Hello"), jars.adder(), jars.moody(), jars.citing(), jars.huge())
                .map(Path::toString)
                .collect(Collectors.joining(System.getProperty("path.separator")));
    }

    @BeforeEach
    void launch() {
        cli.properties.put("copilot.launcher.plugins", given);
    }

    @Test
    void theReplyOfAPluginThatCameWithTheProgramIsPrinted() {
        Outcome outcome = ask("greet", "big", "world");

        assertThat(outcome).isEqualTo(new Outcome(0, "Hello, big world!\n", ""));
    }

    @Test
    void asJsonTheReplyIsOneObject() {
        Outcome outcome = ask("greet", "you", "--session", "s1", "--json");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.json())
                .containsEntry("agent", "greet")
                .containsEntry("session", "s1")
                .containsEntry("text", "Hello, you!")
                .containsKey("run");
        assertThat(outcome.json("/message/parts/0/text")).isEqualTo("Hello, you!");
        assertThat(outcome.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"deep", "wide"})
    void aReplyAtTheLimitsOfDataIsPrintedWhole(String size) {
        Outcome outcome = ask("huge", size, "--json");

        assertThat(outcome.status()).as(outcome.out()).isZero();
        String message = outcome.out()
                .substring(outcome.out().indexOf("\"message\":") + 10)
                .strip();
        Message whole = JsonText.message(message.substring(0, message.length() - 1));
        Data data = whole.data().orElseThrow();
        assertThat(outcome.out()).contains("\"data\":" + JsonText.write(data) + ",\"message\"");
        assertThat(size.equals("wide") ? data.list().size() : depth(data.value()))
                .isEqualTo(size.equals("wide") ? 600_000 : Data.MAX_DEPTH);
        assertThat(ask("huge", size).out()).isEqualTo("so much\n");
    }

    private static int depth(@Nullable Object tree) {
        return tree instanceof List<?> list ? 1 + depth(list.get(0)) : 0;
    }

    @Test
    void dataIsSaidAndPrinted() {
        assertThat(ask("sum", "--data", "{\"a\": 2, \"b\": 3}").out()).isEqualTo("{\n  \"total\" : 5\n}\n");
        assertThat(ask("sum", "--data", "{\"a\": 2}", "--json").json("/data/total"))
                .isEqualTo(3L);
    }

    @Test
    void aReplyOfTextAndDataIsShownByItsText() {
        assertThat(ask("cite", "?").out()).isEqualTo("It says so.\n");
        assertThat(ask("cite", "?", "--json").json("/data/source")).isEqualTo("a.md");
    }

    @Test
    void dataThatDoesNotFitIsRefusedWithThePlace() {
        Outcome text = ask("sum", "--data", "{\"a\": \"two\"}");
        assertThat(text.status()).isEqualTo(2);
        assertThat(text.out()).isEmpty();
        assertThat(text.err()).startsWith("error: /a: ").doesNotContain("\tat ");

        Outcome json = ask("sum", "--data", "{\"a\": \"two\"}", "--json");
        assertThat(json.status()).isEqualTo(2);
        assertThat(json.json("/error/code")).isEqualTo("invalid_request");
        assertThat(json.json("/error/pointer")).isEqualTo("/a");
        assertThat(json.json("/error/retryable")).isEqualTo(false);
    }

    @Test
    void anUnknownAgentGetsNearNames() {
        Outcome outcome = ask("gret", "you");

        assertThat(outcome.status()).isEqualTo(5);
        assertThat(outcome.err()).isEqualTo("error: no agent is named 'gret'; did you mean greet?\n");
        assertThat(ask("gret", "you", "--json").json("/error/code")).isEqualTo("not_found");
    }

    @Test
    void anAgentThatFailsIsNamedAndNoStackTraceIsShown() {
        Outcome text = ask("moody", "fail");
        assertThat(text.status()).isEqualTo(11);
        assertThat(text.err())
                .startsWith("error: agent 'moody' failed: ")
                .contains("not today")
                .doesNotContain("\tat ");

        Outcome json = ask("moody", "fail", "--json");
        assertThat(json.status()).isEqualTo(11);
        assertThat(json.json("/error/agent")).isEqualTo("moody");
        assertThat(json.json("/error/run")).isNotNull();

        assertThat(ask("moody", "fail", "--debug").err()).contains("\tat ");
    }

    @Test
    void theTimeoutIsKept() {
        Outcome outcome = ask("moody", "wait", "--timeout", "200ms");

        assertThat(outcome.status()).isEqualTo(8);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void progressIsShownOnATerminalOnly() {
        cli.onTerminal();

        Outcome outcome = ask("greet", "you");
        assertThat(outcome.out()).isEqualTo("Hello, you!\n");
        assertThat(outcome.err()).contains(" 50% thinking of a greeting").endsWith("\r\033[K");
    }

    @Test
    void agentsAreListedAndShown() {
        Outcome list = run("agents");
        assertThat(list.status()).isZero();
        assertThat(list.out().lines())
                .containsExactly(
                        "AGENT  PLUGIN         DESCRIPTION",
                        "cite   citing 1.0.0",
                        "greet  greeter 1.0.0  Greets whoever asks.",
                        "huge   huge 1.0.0",
                        "moody  moody 1.0.0",
                        "sum    adder 1.0.0    Adds two numbers.");
        assertThat((List<?>) run("agents", "--json").json("/agents")).hasSize(5);

        Outcome shown = run("agents", "show", "sum");
        assertThat(shown.out())
                .contains("agent      sum", "plugin     adder 1.0.0", "execution  blocking", "Adds two numbers.")
                .contains("Takes data of this schema:", "the first number", "Gives data of this schema:", "\"total\"");
        assertThat(run("agents", "show", "greet").out()).contains("Takes any message.", "Gives any message.");
        assertThat(run("agents", "show", "sum", "--json").json("/inputSchema/properties"))
                .isInstanceOf(Map.class);

        Outcome unknown = run("agents", "show", "summ");
        assertThat(unknown.status()).isEqualTo(5);
        assertThat(unknown.err()).contains("did you mean sum?");
    }

    @Test
    void whereTheUserNamesAFolderOfPluginsOnlyThatIsLoaded() throws Exception {
        home = folder.resolve("home of its own");
        Path inbox = Files.createDirectory(folder.resolve("inbox"));
        Path jar = new PluginJar(folder).greeter("2.0.0", "Ahoy");
        Files.copy(jar, inbox.resolve("greeter.jar"));

        assertThat(run("ask", "greet", "sailor", "--plugins", inbox.toString()).out())
                .isEqualTo("Ahoy, sailor!\n");
        assertThat(run("ask", "sum", "--data", "{}", "--plugins", inbox.toString())
                        .status())
                .isEqualTo(5);
        Outcome missing = run("agents", "--plugins", folder.resolve("none").toString());
        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.err()).contains("--plugins: there is no folder");
    }

    @Test
    void oneBadArchiveThatCameWithTheProgramKeepsNoOtherFromBeingLoaded() throws Exception {
        Path bad = Files.writeString(folder.resolve("bad.jar"), "not an archive");
        cli.properties.put("copilot.launcher.plugins", bad + System.getProperty("path.separator") + given);

        Outcome outcome = ask("greet", "you");
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).isEqualTo("Hello, you!\n");
        assertThat(outcome.err())
                .startsWith("warning: a plugin that came with the program is not loaded: ")
                .contains("bad.jar");
        Outcome json = ask("greet", "you", "--json");
        assertThat(json.json("/text")).isEqualTo("Hello, you!");
        assertThat(json.err()).startsWith("warning: ").contains("bad.jar");
    }

    @Test
    void aFaultOutsideTheTreeOfErrorsHasStatusOneAndShowsNoStackTrace() {
        cli.properties.put("copilot.launcher.plugins", "\0");

        Outcome text = ask("greet", "you");
        assertThat(text.status()).isEqualTo(1);
        assertThat(text.out()).isEmpty();
        assertThat(text.err())
                .startsWith("error: InvalidPathException")
                .contains("--debug")
                .doesNotContain("\tat ");
        Outcome json = ask("greet", "you", "--json");
        assertThat(json.status()).isEqualTo(1);
        assertThat(json.json("/error/code")).isEqualTo("internal");
    }

    private Outcome ask(String... args) {
        return run(Stream.concat(Stream.of("ask"), Stream.of(args)).toArray(String[]::new));
    }

    private Outcome run(String... args) {
        return cli.run(Stream.concat(Stream.of(args), Stream.of("--home", home.toString()))
                .toArray(String[]::new));
    }
}
