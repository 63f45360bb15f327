package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.copilotframework.core.Orchestrator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes with a home each, on one store of files and one storage. */
class PublishedPluginsTest {
    @TempDir
    Path folder;

    private final Cli cli = new Cli();

    @BeforeEach
    void makeHomes() throws IOException {
        for (String node : List.of("web-1", "web-2")) {
            Files.createDirectories(folder.resolve(node));
            Files.writeString(folder.resolve(node).resolve("copilot.properties"), """
                    copilot.plugins.manifest=plugins.json
                    copilot.blobs.bucket=%s/blobs
                    copilot.storage.url=sqlite:%s/fleet.db
                    copilot.node.name=%s
                    copilot.node.report-interval=200ms
                    """.formatted(folder, folder, node));
        }
    }

    @Test
    void whatIsPublishedInOneHomeServesInTheOther() {
        PluginJar jars = new PluginJar(folder);
        String first = jars.greeter("1.0.0", "Hello").toString();
        String second = jars.greeter("1.1.0", "Ahoy").toString();

        assertThat(run("web-1", "plugins", "publish", first).out())
                .isEqualTo("published greeter 1.0.0\nThis is revision 1 of the manifest.\n");
        assertThat(run("web-2", "ask", "greet", "you").out()).isEqualTo("Hello, you!\n");
        assertThat(run("web-1", "plugins", "publish", second).out())
                .startsWith("published greeter 1.1.0 in place of 1.0.0\n");
        assertThat(run("web-2", "ask", "greet", "you").out()).isEqualTo("Ahoy, you!\n");
        assertThat(run("web-2", "plugins", "publish", second).out())
                .isEqualTo("The manifest says so already (revision 2).\n");
        assertThat(run("web-2", "plugins", "install", first).err()).contains("copilot.plugins.manifest");
        Outcome withdrawn = run("web-2", "plugins", "publish", "--remove", "greeter", "--json");
        assertThat(withdrawn.json("/revision")).isEqualTo(3L);
        assertThat(withdrawn.json("/changes/0/from")).isEqualTo("1.1.0");
        assertThat(run("web-1", "plugins", "list").out()).startsWith("No plugins.");
        assertThat(run("web-1", "plugins", "publish", "--remove", "greeter").status())
                .isEqualTo(5);
        assertThat(run("web-1", "plugins", "publish").status()).isEqualTo(2);
    }

    @Test
    void nodesAreListedWithWhatTheyServeAndWhereTheyDiffer() {
        PluginJar jars = new PluginJar(folder);
        run("web-1", "plugins", "publish", jars.greeter("1.0.0", "Hello").toString());
        try (Orchestrator one = start("web-1")) {
            await().until(() -> run("web-2", "plugins", "nodes")
                    .out()
                    .contains("web-1  greeter 1.0.0\n\nAll nodes serve the same."));
            run("web-1", "plugins", "publish", jars.greeter("1.1.0", "Ahoy").toString());
            try (Orchestrator two = start("web-2")) {
                await().until(() -> run("web-1", "plugins", "nodes").out().contains("web-2"));
                Outcome differ = run("web-1", "plugins", "nodes");
                assertThat(differ.out())
                        .contains("The nodes differ:")
                        .containsPattern("greeter  1\\.0\\.0    [0-9a-f]{12}  web-1")
                        .containsPattern("greeter  1\\.1\\.0    [0-9a-f]{12}  web-2");
                Outcome json = run("web-1", "plugins", "nodes", "--json");
                assertThat(json.json("/nodes/1/name")).isEqualTo("web-2");
                assertThat(json.json("/differences/0/sides/0/nodes/0")).isEqualTo("web-1");
                assertThat(one.nodes()).isEqualTo(two.nodes());
            }
        }
        assertThat(run("web-1", "plugins", "nodes").out()).startsWith("No node has told");
    }

    /** It looks at the manifest when it starts, and not again. */
    private Orchestrator start(String node) {
        return Orchestrator.builder()
                .home(folder.resolve(node))
                .setting("copilot.plugins.manifest-interval", "1h")
                .start();
    }

    private Outcome run(String node, String... args) {
        return cli.run(Stream.concat(
                        Stream.of(args),
                        Stream.of("--home", folder.resolve(node).toString()))
                .toArray(String[]::new));
    }
}
