package org.copilotframework.example.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.Plugins;
import org.copilotframework.testkit.PluginUnderTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exclusive swap with the plugin that needs it: machine code, of which the old must be gone before the new is loaded. */
class ExchangeTest {
    private static final String MANIFEST = "classes/META-INF/MANIFEST.MF";
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path temp;

    /** What was told of the plugin, and at each telling of a generation that serves, which ones were in memory still. */
    private final List<String> told = new CopyOnWriteArrayList<>();

    private String first;

    @BeforeEach
    void aDocument() throws IOException {
        Files.createDirectories(temp.resolve("documents"));
        Files.writeString(temp.resolve("documents/guide.md"), "# Birds\n\nPenguins live in the south, on ice.\n");
    }

    @Test
    void theOldIsGoneBeforeTheNewServesAndComesBackWhereTheNewDoesNotStart() throws Exception {
        try (Orchestrator copilot = start()) {
            first = copilot.plugins().install(PluginUnderTest.archive()).to();
            assertThat(ask(copilot)).contains("guide.md:3");

            try (Plugins.Subscription unused = copilot.plugins().onChange(one -> tell(copilot, one))) {
                assertThat(copilot.plugins().install(version("9.0.0", "")).to()).isEqualTo("9.0.0");
                awaitTold(first + " HELD", first + " DRAINING", "9.0.0 SERVING after []");
            }
            assertThat(ask(copilot)).contains("guide.md:3");

            Path broken = version("9.1.0", "classes/org/copilotframework/example/docs/MiniLm.class");
            try (Plugins.Subscription unused = copilot.plugins().onChange(one -> tell(copilot, one))) {
                assertThatThrownBy(() -> copilot.plugins().install(broken))
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageContaining("plugin docs 9.1.0")
                        .hasMessageContaining("MiniLm")
                        .hasMessageContaining("version 9.0.0 serves on");
                awaitTold("9.0.0 HELD", "9.0.0 DRAINING", "9.0.0 SERVING after []");
            }
            assertThat(ask(copilot)).contains("guide.md:3");
        }
    }

    private Orchestrator start() {
        return Orchestrator.builder()
                .home(temp.resolve(".home"))
                .setting("copilot.plugin.docs.folder", temp.resolve("documents").toString())
                .start();
    }

    private static String ask(Orchestrator copilot) {
        return copilot.forCaller(Caller.of("acme", "alice"))
                .invoke(AgentRequest.to("docs")
                        .text("Where do penguins live?")
                        .timeout(LONG)
                        .build())
                .text();
    }

    private void tell(Orchestrator copilot, PluginStatus status) {
        told.add(status.version() + " "
                + switch (status.state()) {
                    case SERVING -> "SERVING after " + copilot.plugins().uncollected();
                    default -> status.state().toString();
                });
    }

    private void awaitTold(String... states) {
        await().atMost(LONG).until(() -> told.size() >= states.length);
        assertThat(told).containsExactly(states);
        told.clear();
    }

    /** The plugin under another version, perhaps without one of its entries. */
    private Path version(String version, String without) throws IOException {
        Path archive = temp.resolve("docs-" + version + ".zip");
        try (ZipInputStream from = new ZipInputStream(Files.newInputStream(PluginUnderTest.archive()));
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(archive))) {
            to.setLevel(Deflater.NO_COMPRESSION);
            for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
                if (entry.getName().equals(without)) {
                    continue;
                }
                to.putNextEntry(new ZipEntry(entry.getName()));
                if (entry.getName().equals(MANIFEST)) {
                    Manifest manifest = new Manifest(from);
                    manifest.getMainAttributes().put(new Attributes.Name("Plugin-Version"), version);
                    manifest.write(to);
                } else {
                    from.transferTo(to);
                }
            }
        }
        return archive;
    }
}
