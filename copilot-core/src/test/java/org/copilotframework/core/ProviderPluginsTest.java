package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.copilotframework.core.fixture.ProviderJars.agentThatRemembers;
import static org.copilotframework.core.fixture.ProviderJars.provider;
import static org.copilotframework.core.fixture.ProviderJars.saidBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.fixture.ProviderJars;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Providers that are dropped into the folder of plugins, beside agents: they bring the store. */
class ProviderPluginsTest {
    private static final String URL = "copilot.storage.url";

    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    @BeforeEach
    void dropAnAgent() {
        agentThatRemembers().build(bed.inbox());
    }

    private void drop(PluginJars archive) {
        archive.build(bed.inbox());
    }

    @Test
    void aDroppedProviderOpensTheStoreWithLibrariesOfItsOwn() {
        provider("tape", "1.0.0", "tape", "static final String USED = lib.Reel.NAME;")
                .library(
                        "reel.jar",
                        Map.of(
                                "lib.Reel",
                                "package lib; public class Reel { public static final"
                                        + " String NAME = new String(\"reel\"); }"))
                .buildZip(bed.inbox());
        bed.with(URL, "tape://reel/1").start();

        assertThat(saidBy(bed)).isEqualTo("0 before");
        assertThat(saidBy(bed)).isEqualTo("1 before");
        PluginStatus status = bed.status("tape");
        assertThat(status.kind()).isEqualTo(PluginKind.PROVIDER);
        assertThat(status.state()).isEqualTo(PluginState.SERVING);
        assertThat(status.origin()).isEqualTo("tape-1.0.0.zip");
        assertThat(status.reason()).isEmpty();
        assertThat(bed.status("good").kind()).isEqualTo(PluginKind.AGENT);
        assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.OK);
        assertThat(bed.home().resolve("plugins").resolve(status.digest())).isDirectory();
    }

    @Test
    void aProviderSeesNothingOfTheHostButTheContract() {
        drop(provider("nosy", "1.0.0", "nosy", """
                public Provider() throws Exception {
                    Class.forName("org.copilotframework.core.Orchestrator");
                }
                """));
        bed.start();
        assertThat(bed.status("nosy").reason()).contains("java.lang.ClassNotFoundException");
    }

    @Test
    void theClassesOfAProviderAreCollectedAfterTheEnd() {
        drop(provider("tape", "1.0.0", "tape"));
        bed.with(URL, "tape:x").start();
        saidBy(bed);
        bed.close();
        await().atMost(Duration.ofMinutes(1)).until(() -> ProviderJars.collected("tape"));
    }

    @Test
    void whatIsStoredIsOpenedThroughAProviderToo() {
        drop(provider("tape", "1.0.0", "tape"));
        OrchestratorBuilder builder =
                Orchestrator.builder().home(bed.home()).plugins(bed.inbox()).setting(URL, "tape:x");
        erase(builder);
        await().atMost(Duration.ofMinutes(1)).until(() -> ProviderJars.collected("tape"));
        migrate(builder);
        await().atMost(Duration.ofMinutes(1)).until(() -> ProviderJars.collected("tape"));
    }

    /** In a method of its own, so that nothing of the test holds the store while it waits. */
    private static void erase(OrchestratorBuilder builder) {
        try (StoredData data = builder.openData()) {
            assertThat(data.erase(Caller.local().tenant()).stored()).isZero();
        }
    }

    /** As above. */
    private static void migrate(OrchestratorBuilder builder) {
        try (Storage storage = builder.openStorage()) {
            storage.migrate();
            storage.check();
            assertThat(storage.shared()).isFalse();
        }
    }

    @Test
    void anArchiveThatComesWithTheApplicationMayBeAProvider() {
        Path archive = provider("tape", "1.0.0", "tape").build(bed.built());
        try (Orchestrator copilot = Orchestrator.builder()
                .home(bed.home())
                .bundled(archive)
                .setting(URL, "tape:x")
                .start()) {
            assertThat(copilot.plugins().list())
                    .singleElement()
                    .matches(status -> status.state() == PluginState.SERVING)
                    .matches(status -> status.reason().isEmpty());
        }
    }

    @Test
    void whereDigestsAreAskedForAProviderNeedsOneToo() throws Exception {
        Files.delete(bed.inbox().resolve("good-1.0.0.jar"));
        Path archive = provider("tape", "1.0.0", "tape").build(bed.inbox());
        bed.with("copilot.plugins.trust", "digest").start();
        assertThat(bed.status("tape-1.0.0.jar").reason()).contains("sha256sum");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive));
        Files.writeString(
                archive.resolveSibling("tape-1.0.0.jar.sha256"), HexFormat.of().formatHex(digest));
        bed.with(URL, "tape:x").restart();
        assertThat(bed.status("tape").state()).isEqualTo(PluginState.SERVING);
    }

    @Test
    void onAReadOnlyHomeACopyForThisProcessIsLoaded() throws IOException {
        drop(provider("tape", "1.0.0", "tape"));
        Path file = Files.createFile(bed.built().resolve("file"));
        try (Orchestrator copilot = Orchestrator.builder()
                .home(file.resolve("home"))
                .plugins(bed.inbox())
                .setting(URL, "tape:x")
                .start()) {
            assertThat(copilot.plugins().list()).allMatch(status -> status.state() == PluginState.SERVING);
        }
    }
}
