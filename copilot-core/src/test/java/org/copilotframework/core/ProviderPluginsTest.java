package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.copilotframework.core.fixture.ProviderJars.provider;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.fixture.PluginJars;
import org.copilotframework.core.fixture.ProviderJars;
import org.copilotframework.core.fixture.TestBed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Providers that are dropped into the folder of plugins, beside agents. */
class ProviderPluginsTest {
    private static final String URL = "copilot.storage.url";

    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    @BeforeEach
    void dropAnAgent() {
        PluginJars.plugin("good", "1.0.0").agent("good", """
                        var session = context.session().orElseThrow();
                        session.put("last", request.text());
                        return AgentReply.text(session.history(10).size() + " before");
                        """).build(bed.inbox());
    }

    private void drop(PluginJars archive) {
        archive.build(bed.inbox());
    }

    private String said() {
        return bed.client()
                .invoke(AgentRequest.to("good").text("?").session("s").build())
                .text();
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

        assertThat(said()).isEqualTo("0 before");
        assertThat(said()).isEqualTo("1 before");
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
        said();
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

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of(
                        provider(
                                "bad",
                                "1.0.0",
                                "bad",
                                "static { if (true) throw new StackOverflowError(\"made up\"); }"),
                        "constructing plugin.Provider threw java.lang.StackOverflowError: made up"),
                Arguments.of(
                        provider(
                                "bad",
                                "1.0.0",
                                "bad",
                                "public Provider() { throw new IllegalStateException(\"no\"); }"),
                        "constructing plugin.Provider threw java.lang.IllegalStateException: no"),
                Arguments.of(
                        provider("bad", "1.0.0", "bad", "public Provider() throws Exception { Thread.sleep(600000); }"),
                        "did not return within 3000 ms (copilot.plugins.start-timeout)"),
                Arguments.of(
                        provider("bad", "1.0.0", "bad", "Provider(int none) { }"),
                        "must be a public class with a public constructor"),
                Arguments.of(
                        provider("bad", "1.0.0", "bad").agent("lost", "return AgentReply.text(\"x\");"),
                        "is an agent, and a plugin holds either agents or providers"),
                Arguments.of(
                        PluginJars.plugin("bad", "1.0.0")
                                .manifest(PluginKind.MANIFEST_ATTRIBUTE, "provider")
                                .source("plugin.Plain", "package plugin; public class Plain { }")
                                .extension("plugin.Plain"),
                        "implements no provider of this host"),
                Arguments.of(provider("bad", "1.0.0", "bad").withoutIndex(), "no extension"),
                Arguments.of(provider("bad", "1.0.0", "bad").without("Copilot-Api"), "no Copilot-Api"),
                Arguments.of(provider("bad", "1.0.0", "bad").release(99), "maven.compiler.release"),
                Arguments.of(
                        provider("bad", "1.0.0", "bad")
                                .source("org.pf4j.Packed", "package org.pf4j; public class Packed { }"),
                        "scope provided"),
                Arguments.of(
                        provider("bad", "1.0.0", "bad").dependsOn("good"),
                        "take Plugin-Dependencies out of its manifest"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("bad")
    void aBadProviderHarmsNobodyAndWhoNeedsItIsToldWhy(PluginJars archive, String why) {
        drop(archive);
        drop(provider("tape", "1.0.0", "tape"));
        bed.with("copilot.plugins.start-timeout", "3s").with(URL, "tape:x").start();

        assertThat(said()).isEqualTo("0 before");
        assertThat(bed.plugins().list()).hasSize(3);
        PluginStatus status = bed.status("bad");
        assertThat(status.kind()).isEqualTo(PluginKind.PROVIDER);
        assertThat(status.state()).isEqualTo(PluginState.FAILED);
        assertThat(status.reason()).contains(why);
        assertThat(bed.copilot().health().toString()).contains(why);

        bed.with(URL, "bad:x");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(bed::restart)
                .withMessageContaining(
                        "opens 'bad'; known schemes: memory, tape. Not loaded: bad 1.0.0 (bad-1.0.0.jar)")
                .withMessageContaining(why);
    }

    @Test
    void aProviderThatDoesNotSayWhatItIsHasFailed() {
        PluginJars archive =
                provider("bad", "1.0.0", "bad", "").source("plugin.Mute", """
                package plugin;
                public class Mute extends Provider {
                    @Override public java.util.Set<String> schemes() { throw new AssertionError("none"); }
                }
                """).extension("plugin.Mute");
        drop(archive);
        bed.start();
        assertThat(bed.status("bad").state()).isEqualTo(PluginState.FAILED);
        assertThat(bed.status("bad").reason()).contains("asked what it is, threw java.lang.AssertionError: none");
    }

    @Test
    void aProviderThatIsCutIsToldToWhoNeedsIt() throws IOException {
        Path file = provider("tape", "1.0.0", "tape").build(bed.inbox());
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        bed.start();
        assertThat(bed.status("tape-1.0.0.jar").reason()).contains("truncated");
        bed.with(URL, "tape:x");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(bed::restart)
                .withMessageContaining("tape-1.0.0.jar cannot be read: it is truncated");
    }

    @Test
    void aProviderThatCannotOpenIsNamed() {
        drop(provider("tape", "1.0.0", "tape"));
        bed.with(URL, "tape:broken");
        assertThatThrownBy(bed::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("plugin.Provider (plugin tape 1.0.0, tape-1.0.0.jar) cannot open the store")
                .hasMessageContaining("NoClassDefFoundError: lib/Missing");
    }

    @Test
    void twoProvidersOfOneSchemeAreNamedBothWithTheirArchives() {
        drop(provider("tape", "1.0.0", "tape"));
        drop(provider("reel", "2.0.0", "tape"));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(bed::start)
                .withMessageContaining("two storage providers are named 'tape'")
                .withMessageContaining("(plugin reel 2.0.0, reel-2.0.0.jar)")
                .withMessageContaining("(plugin tape 1.0.0, tape-1.0.0.jar)");
    }

    @Test
    void aProviderOfASchemeOnTheClassPathIsNamedBesideThat() {
        drop(provider("mine", "1.0.0", "memory"));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(bed::start)
                .withMessageContaining("MemoryStorageProvider (on the class path, classes)")
                .withMessageContaining("plugin.Provider (plugin mine 1.0.0, mine-1.0.0.jar)");
    }

    @Test
    void theApplicationsOwnStoreDecides() {
        drop(provider("mine", "1.0.0", "memory"));
        try (Storage own = Orchestrator.builder().setting(URL, "memory:x").openStorage();
                Orchestrator copilot = Orchestrator.builder()
                        .home(bed.home())
                        .plugins(bed.inbox())
                        .storage(own)
                        .start()) {
            assertThat(copilot.plugins().list()).hasSize(2);
        }
    }

    @Test
    void ofTwoVersionsTheHighestThatLoadsIsUsed() {
        drop(provider("tape", "1.0.0", "old"));
        drop(provider("tape", "1.1.0", "tape"));
        drop(provider("tape", "2.0.0", "tape", "static { if (true) throw new Error(\"not yet\"); }"));
        bed.with(URL, "tape:x").start();

        assertThat(bed.plugins().list()).hasSize(2);
        PluginStatus status = bed.status("tape");
        assertThat(status.state()).isEqualTo(PluginState.SERVING);
        assertThat(status.version()).isEqualTo("1.1.0");
        assertThat(status.reason())
                .startsWith("version 2.0.0 in tape-2.0.0.jar is not loaded:")
                .contains("not yet");
    }

    @Test
    void whatChangesWhileTheHostRunsIsToldAndTakesEffectAtTheNextStart() throws IOException {
        Path first = provider("tape", "1.0.0", "tape").build(bed.inbox());
        bed.with(URL, "tape:x").start();
        List<String> told = new CopyOnWriteArrayList<>();
        bed.plugins().onChange(status -> told.add(status.id() + " " + status.state() + " " + status.reason()));

        Path second = provider("tape", "1.1.0", "tape").build(bed.inbox());
        await().until(() -> bed.status("tape").reason().contains("version 1.1.0 in tape-1.1.0.jar takes effect"));
        Files.delete(second);
        await().until(() -> bed.status("tape").reason().isEmpty());
        Files.delete(first);
        await().until(() -> bed.status("tape").reason().contains("its file is gone"));
        assertThat(bed.status("tape").state()).isEqualTo(PluginState.SERVING);
        assertThat(said()).isEqualTo("0 before");

        drop(provider("disk", "1.0.0", "disk"));
        await().until(() -> bed.known("disk"));
        assertThat(bed.status("disk").state()).isEqualTo(PluginState.PENDING);
        assertThat(bed.status("disk").kind()).isEqualTo(PluginKind.PROVIDER);
        drop(provider("disk", "1.0.0", "disk").without("Copilot-Api"));
        await().until(() -> bed.status("disk").state() == PluginState.FAILED);
        assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.DEGRADED);
        drop(provider("disk", "1.0.1", "disk"));
        await().until(() -> bed.status("disk").version().equals("1.0.1"));
        assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.OK);
        await().until(() -> told.size() >= 6);
        assertThat(told)
                .anyMatch(one -> one.startsWith("tape SERVING version 1.1.0"))
                .anyMatch(one -> one.startsWith("disk PENDING"))
                .anyMatch(one -> one.startsWith("disk FAILED"));

        bed.with(URL, "disk:x").restart();
        assertThat(bed.known("tape")).isFalse();
        assertThat(bed.status("disk").state()).isEqualTo(PluginState.SERVING);
    }

    @Test
    void aFileOfAgentsThatBecomesAProviderTakesItsAgentsAway() {
        bed.start();
        drop(provider("tape", "1.0.0", "tape").named("good-1.0.0"));
        await().until(() -> bed.copilot().agents().list().isEmpty());
        assertThat(bed.status("tape").state()).isEqualTo(PluginState.PENDING);
        PluginJars.plugin("good", "1.0.1")
                .agent("good", "return AgentReply.text(\"back\");")
                .named("good-1.0.0")
                .build(bed.inbox());
        await().until(() -> bed.copilot().agents().find("good").isPresent());
        assertThat(bed.known("tape")).isFalse();
        // An operation waits until the host is done with the file.
        assertThat(bed.plugins().reload("good").to()).isEqualTo("1.0.1");
    }

    @Test
    void theOperationsSayWhatToDoWithAProvider() {
        drop(provider("tape", "1.0.0", "tape"));
        bed.start();
        Path another = provider("disk", "1.0.0", "disk").build(bed.built());

        assertThat(bed.plugins().verify(another).kind()).isEqualTo(PluginKind.PROVIDER);
        assertThatThrownBy(() -> bed.plugins().install(another))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("disk-1.0.0.jar holds a provider")
                .hasMessageContaining("copilot.plugins.dir");
        assertThat(bed.known("disk")).isFalse();
        for (Runnable operation : List.<Runnable>of(
                () -> bed.plugins().remove("tape"),
                () -> bed.plugins().reload("tape"),
                () -> bed.plugins().rollback("tape"))) {
            assertThatThrownBy(operation::run)
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("start again");
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

    @Test
    void anotherKindIsRefusedAndAnAgentCannotNeedAProvider() {
        drop(provider("odd", "1.0.0", "odd").manifest(PluginKind.MANIFEST_ATTRIBUTE, "theme"));
        drop(provider("tape", "1.0.0", "tape").manifest("Plugin-Class", "plugin.Provider"));
        drop(PluginJars.plugin("needy", "1.0.0")
                .agent("needy", "return AgentReply.text(\"x\");")
                .dependsOn("tape"));
        bed.start();
        assertThat(bed.status("odd").reason()).contains("write agent (the default) or provider");
        assertThat(bed.status("needy").reason()).contains("needs plugin tape, which does not serve");
        assertThat(bed.status("tape").warnings()).anyMatch(warning -> warning.contains("Plugin-Class"));
    }

    @Test
    void providersWithoutTheirKindAreToldToSayIt() {
        drop(provider("tape", "1.0.0", "tape").without(PluginKind.MANIFEST_ATTRIBUTE));
        bed.start();
        assertThat(bed.status("tape").reason()).contains("Copilot-Plugin-Kind: provider");
    }

    @Test
    void aKindThatTheHostWouldNotSeeAtAGlanceIsRefused() {
        Map<String, byte[]> library = Map.of(
                "META-INF/MANIFEST.MF",
                """
                Manifest-Version: 1.0
                Plugin-Id: tape
                Plugin-Version: 1.0.0
                Copilot-Api: 0
                Copilot-Plugin-Kind: provider
                """.getBytes(StandardCharsets.UTF_8),
                "META-INF/extensions.idx",
                "plugin.Provider\n".getBytes(StandardCharsets.UTF_8));
        PluginJars.plugin("tape", "1.0.0")
                .withoutManifest()
                .entry("lib/tape.jar", PluginJars.zip(library))
                .buildZip(bed.inbox());
        bed.start();
        assertThat(bed.status("tape").reason()).contains("Copilot-Plugin-Kind is not where the host looks for it");
    }
}
