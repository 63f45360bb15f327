package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.copilotframework.core.fixture.ProviderJars.agentThatRemembers;
import static org.copilotframework.core.fixture.ProviderJars.provider;
import static org.copilotframework.core.fixture.ProviderJars.saidBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Providers that cannot be used: each fails by itself, and who needs it is told why. */
class BadProvidersTest {
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

        assertThat(saidBy(bed)).isEqualTo("0 before");
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
