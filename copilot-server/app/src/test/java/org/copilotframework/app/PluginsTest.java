package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.copilotframework.core.Orchestrator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginsTest {
    @TempDir
    Path folder;

    private final Cli cli = new Cli();

    @Test
    void aPluginIsInstalledUpdatedRolledBackReloadedAndRemoved() {
        PluginJar jars = new PluginJar(folder);
        String first = jars.greeter("1.0.0", "Hello").toString();
        String second = jars.greeter("1.1.0", "Ahoy").toString();

        assertThat(run("plugins", "install", first).out()).startsWith("installed greeter 1.0.0, agents: greet (");
        assertThat(run("plugins", "install", first).out()).startsWith("greeter 1.0.0 is already installed");
        assertThat(run("ask", "greet", "you").out()).isEqualTo("Hello, you!\n");
        assertThat(run("plugins", "install", second).out()).startsWith("updated greeter from 1.0.0 to 1.1.0");
        assertThat(run("ask", "greet", "you").out()).isEqualTo("Ahoy, you!\n");
        assertThat(run("plugins", "rollback", "greeter").out()).startsWith("rolled greeter back from 1.1.0 to 1.0.0");
        assertThat(run("ask", "greet", "you").out()).isEqualTo("Hello, you!\n");
        assertThat(run("plugins", "reload", "greeter").out()).startsWith("reloaded greeter 1.0.0");
        assertThat(run("plugins", "remove", "greeter").out()).startsWith("removed greeter 1.0.0");
        assertThat(run("plugins", "list").out()).startsWith("No plugins.");
        assertThat(run("agents").out()).startsWith("No agents.");
        assertThat(run("ask", "greet", "you").status()).isEqualTo(5);
    }

    @Test
    void aChangeIsAnObject() {
        String jar = new PluginJar(folder).greeter("1.0.0", "Hello").toString();

        Outcome installed = run("plugins", "install", jar, "--json");
        assertThat(installed.json())
                .containsEntry("id", "greeter")
                .containsEntry("change", "installed")
                .containsEntry("from", null)
                .containsEntry("to", "1.0.0")
                .containsEntry("agents", List.of("greet"))
                .containsEntry("warnings", List.of())
                .containsKey("elapsedMillis");
        Outcome list = run("plugins", "list", "--json");
        assertThat(list.json("/plugins/0/id")).isEqualTo("greeter");
        assertThat(list.json("/plugins/0/state")).isEqualTo("serving");
        assertThat((String) list.json("/plugins/0/digest")).hasSize(64);
    }

    @Test
    void reloadRollbackAndRemoveAreObjectsToo() {
        PluginJar jars = new PluginJar(folder);
        run("plugins", "install", jars.greeter("1.0.0", "Hello").toString());
        run("plugins", "install", jars.greeter("1.1.0", "Ahoy").toString());

        assertThat(run("plugins", "reload", "greeter", "--json").json())
                .containsEntry("id", "greeter")
                .containsEntry("change", "reloaded")
                .containsEntry("from", "1.1.0")
                .containsEntry("to", "1.1.0")
                .containsEntry("agents", List.of("greet"))
                .containsEntry("reloaded", List.of())
                .containsEntry("warnings", List.of())
                .containsKey("elapsedMillis");
        assertThat(run("plugins", "rollback", "greeter", "--json").json())
                .containsEntry("change", "rolled_back")
                .containsEntry("from", "1.1.0")
                .containsEntry("to", "1.0.0")
                .containsEntry("agents", List.of("greet"));
        assertThat(run("plugins", "remove", "greeter", "--json").json())
                .containsEntry("change", "removed")
                .containsEntry("from", "1.0.0")
                .containsEntry("to", null)
                .containsEntry("agents", List.of());
    }

    @Test
    void besideAnotherProcessNothingIsChangedAndTheListSaysWhoseItIs() {
        PluginJar jars = new PluginJar(folder);
        run("plugins", "install", jars.greeter("1.0.0", "Hello").toString());
        String next = jars.greeter("1.1.0", "Ahoy").toString();
        assertThat(run("plugins", "list", "--json").json()).containsEntry("anotherHasTheHome", false);

        try (Orchestrator first =
                Orchestrator.builder().home(folder.resolve("home")).start()) {
            for (List<String> change : List.of(
                    List.of("reload", "greeter"),
                    List.of("rollback", "greeter"),
                    List.of("remove", "greeter"),
                    List.of("install", next))) {
                Outcome refused = run("plugins", change.get(0), change.get(1));
                assertThat(refused.status()).as(change.get(0)).isEqualTo(6);
                assertThat(refused.out()).isEmpty();
                assertThat(refused.err().replace('\n', ' '))
                        .contains("another process works with this copilot.home", "the folder that it watches");
            }
            Outcome list = run("plugins", "list");
            assertThat(list.out()).contains("greeter");
            assertThat(list.err().replace('\n', ' '))
                    .contains(
                            "warning: another process works with this copilot.home",
                            "not of how they are in that process");
            assertThat(run("plugins", "list", "--json").json()).containsEntry("anotherHasTheHome", true);
            assertThat(first.plugins().list()).hasSize(1);
        }
        assertThat(run("plugins", "reload", "greeter").status()).isZero();
    }

    @Test
    void pluginsAreListedInColumns() {
        run(
                "plugins",
                "install",
                new PluginJar(folder).greeter("1.0.0", "Hello").toString());

        List<String> lines = run("plugins", "list").out().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo("PLUGIN   KIND   VERSION  STATE    SHA-256       AGENTS");
        assertThat(lines.get(1)).matches("greeter  agent  1\\.0\\.0    serving  [0-9a-f]{12}  greet");
    }

    @Test
    void anUnknownPluginIsNotFound() {
        for (String change : List.of("reload", "rollback", "remove")) {
            Outcome outcome = run("plugins", change, "nobody");
            assertThat(outcome.status()).as(change).isEqualTo(5);
            assertThat(outcome.err()).contains("nobody");
        }
    }

    @Test
    void aWrongDigestIsRefused() {
        String jar = new PluginJar(folder).greeter("1.0.0", "Hello").toString();

        Outcome outcome = run("plugins", "install", jar, "--sha256", "0".repeat(64));
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("error: ").doesNotContain("\tat ");
        assertThat(run("plugins", "list").out()).startsWith("No plugins.");
    }

    @Test
    void anArchiveIsVerifiedAndNotInstalled() throws Exception {
        String jar = new PluginJar(folder).greeter("1.0.0", "Hello").toString();

        Outcome good = run("plugins", "verify", jar);
        assertThat(good.status()).isZero();
        assertThat(good.out()).contains("plugin   greeter 1.0.0", "agent    plugin.Greet", "It can be installed.");
        assertThat(run("plugins", "verify", jar, "--json").json("/id")).isEqualTo("greeter");
        assertThat(run("plugins", "list").out()).startsWith("No plugins.");

        Path bad = Files.writeString(folder.resolve("bad.jar"), "not an archive");
        Outcome refused = run("plugins", "verify", bad.toString());
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).startsWith("error: ");
        assertThat(run("plugins", "verify", bad.toString(), "--json").json("/error/code"))
                .isEqualTo("invalid_request");
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        Outcome outcome = run("plugins", "install", folder.resolve("none.jar").toString());

        assertThat(outcome.status()).isBetween(2, 11);
        assertThat(outcome.err()).contains("none.jar").doesNotContain("\tat ");
    }

    private Outcome run(String... args) {
        return cli.run(Stream.concat(
                        Stream.of(args),
                        Stream.of("--home", folder.resolve("home").toString()))
                .toArray(String[]::new));
    }
}
