package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.core.fixture.LogLines;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each bad plugin is really built and dropped beside a good one: the good one serves, and the bad one says what to do. */
class BadPluginsTest extends BesideAGoodPlugin {
    private static PluginJars badWithPluginClass(String members) {
        return bad().agent("bad", REPLY)
                .source(
                        "plugin.bad.Life",
                        "package plugin.bad; public class Life extends org.pf4j.Plugin { " + members + " }")
                .manifest("Plugin-Class", "plugin.bad.Life");
    }

    /** What is wrong, an archive with it, and of the words that it is told in: the symptom, then the fix. */
    static Stream<Arguments> badPlugins() {
        return Stream.concat(badManifests(), Stream.concat(badCode(), badContent()));
    }

    private static Stream<Arguments> badManifests() {
        return Stream.of(
                Arguments.of(
                        "no id",
                        bad().agent("bad", REPLY).without("Plugin-Id"),
                        "no Plugin-Id",
                        "inherit copilot-plugin-parent"),
                Arguments.of(
                        "no version",
                        bad().agent("bad", REPLY).without("Plugin-Version"),
                        "no Plugin-Version",
                        "inherit copilot-plugin-parent"),
                Arguments.of(
                        "bad version",
                        bad().agent("bad", REPLY).manifest("Plugin-Version", "one"),
                        "Plugin-Version 'one' is not a version",
                        "write it as 1.2.3"),
                Arguments.of(
                        "no manifest",
                        bad().agent("bad", REPLY).withoutManifest(),
                        "no manifest",
                        "inherit copilot-plugin-parent"),
                Arguments.of(
                        "missing dependency",
                        bad().agent("bad", REPLY).dependsOn("nobody"),
                        "needs plugin nobody, which does not serve",
                        "add it or mend it"),
                Arguments.of(
                        "dependency of another version",
                        bad().agent("bad", REPLY).dependsOn("good@>=2.0.0"),
                        "needs plugin good in version >=2.0.0, and 1.0.0 serves",
                        "install a version of good that fits"),
                Arguments.of(
                        "wrong API generation",
                        bad().agent("bad", REPLY).manifest("Copilot-Api", "9"),
                        "Copilot-Api says it is built for API generation '9'",
                        "rebuild it against the copilot-api of this host"),
                Arguments.of(
                        "unknown swap",
                        bad().agent("bad", REPLY).manifest("Copilot-Swap", "now"),
                        "Copilot-Swap 'now' is not known",
                        "write rolling"),
                Arguments.of(
                        "Plugin-Class of another type",
                        bad().agent("bad", REPLY).manifest("Plugin-Class", "plugin.bad.Bad"),
                        "its Plugin-Class did not start",
                        "must be a public class that extends org.pf4j.Plugin"));
    }

    private static Stream<Arguments> badCode() {
        String mend = "mend that in the plugin's own code and put the new archive in place of this one";
        return Stream.of(
                Arguments.of(
                        "error in a static initialiser",
                        badWith("static { if (true) throw new OutOfMemoryError(\"made up\"); }"),
                        "loading or constructing plugin.bad.Bad threw java.lang.OutOfMemoryError: made up",
                        mend),
                Arguments.of(
                        "error in the constructor",
                        badWith("public Bad() { throw new StackOverflowError(\"made up\"); }"),
                        "constructing plugin.bad.Bad threw java.lang.StackOverflowError: made up",
                        "mend that in the plugin's own code and put the new archive in place of this one"),
                Arguments.of(
                        "error in start",
                        badWith("public void start(PluginContext plugin) { throw new AssertionError(\"made up\"); }"),
                        "start() threw java.lang.AssertionError: made up",
                        mend),
                Arguments.of(
                        "a class that is missing in start",
                        badWith("public void start(PluginContext plugin) { throw new NoClassDefFoundError(\"a/B\"); }"),
                        "start() threw java.lang.NoClassDefFoundError: a/B",
                        "pack the library that has this class into the plugin"),
                Arguments.of(
                        "exception whose message throws",
                        badWith("public void start(PluginContext plugin) { throw new RuntimeException() {"
                                + " public String getMessage() { throw new IllegalStateException(); } }; }"),
                        "its message cannot be read",
                        mend),
                Arguments.of(
                        "constructor with parameters",
                        badWith("public Bad(int size) {}"),
                        "plugin.bad.Bad must be",
                        "a public class with a public constructor without parameters"),
                Arguments.of(
                        "an extension that is no agent",
                        bad().source("x.Y", "package x; public class Y {}").extension("x.Y"),
                        "none of its extensions [x.Y] implements Agent",
                        "mark the class that does so with @Extension or @AgentInfo"),
                Arguments.of(
                        "a source of no agents",
                        bad().source(
                                        "x.Y",
                                        "package x; public class Y implements org.copilotframework.api.agent.AgentSource {"
                                                + " public java.util.List<org.copilotframework.api.agent.Agent> agents("
                                                + "org.copilotframework.api.plugin.PluginContext plugin) { return null; } }")
                                .extension("x.Y"),
                        "x.Y.agents() gave no agent, or null",
                        "let it return at least one agent"),
                Arguments.of(
                        "a bad agent name",
                        badWith(
                                "public AgentDescriptor descriptor() { return AgentDescriptor.of(\"No Good\", \"\"); }"),
                        "plugin.bad.Bad cannot be described",
                        "lower-case ASCII letters"),
                Arguments.of(
                        "two agents of one name in it",
                        bad().agent("bad", REPLY)
                                .source(
                                        "plugin.bad.Same",
                                        "package plugin.bad; import org.copilotframework.api.agent.*;"
                                                + " @AgentInfo(name = \"bad\") public class Same extends Bad {}")
                                .extension("plugin.bad.Same"),
                        "two of its agents are named 'bad'",
                        "give each a name of its own in its @AgentInfo"),
                Arguments.of(
                        "exception in the start of its Plugin-Class",
                        badWithPluginClass("public void start() { throw new IllegalStateException(\"made up\"); }"),
                        "its Plugin-Class did not start: java.lang.IllegalStateException: made up",
                        mend),
                Arguments.of(
                        "error in the start of its Plugin-Class",
                        badWithPluginClass("public void start() { throw new AssertionError(\"made up\"); }"),
                        "its Plugin-Class did not start: java.lang.AssertionError: made up",
                        mend),
                Arguments.of(
                        "exception in the constructor of its Plugin-Class",
                        badWithPluginClass("public Life() { throw new IllegalStateException(\"made up\"); }"),
                        "the constructor of Plugin-Class plugin.bad.Life threw",
                        mend));
    }

    private static Stream<Arguments> badContent() {
        return Stream.of(
                Arguments.of(
                        "newer JVM",
                        bad().agent("bad", REPLY).release(99),
                        "is built for Java 99",
                        "build with <maven.compiler.release>"),
                Arguments.of(
                        "no extension",
                        bad().source("x.Y", "package x; public class Y {}"),
                        "it has no extension",
                        "put @AgentInfo(name = \"...\") on a public class that implements Agent"),
                Arguments.of(
                        "packs the API",
                        bad().agent("bad", REPLY).entry("org/copilotframework/api/agent/Agent.class", new byte[] {1}),
                        "it packs the classes of copilot-api",
                        "give it scope provided"),
                Arguments.of(
                        "path traversal",
                        bad().agent("bad", REPLY).entry("../../evil.txt", "x".getBytes(StandardCharsets.UTF_8)),
                        "evil.txt' leads out of its folder",
                        "build it with entries below its root"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badPlugins")
    void aBadPluginHarmsNobodyAndSaysWhatToDo(String what, PluginJars bad, String symptom, String fix) {
        bad.build(bed.inbox());
        try (LogLines log = LogLines.open()) {
            bed.start();
            assertThat(log.lines()).anySatisfy(line -> assertThat(line).contains(symptom, fix));
        }
        assertThat(bed.ask("good")).isEqualTo("good");
        PluginStatus status = bed.plugins().list().stream()
                .filter(one -> one.state() == PluginState.FAILED)
                .findFirst()
                .orElseThrow();
        assertThat(status.reason()).containsSubsequence(symptom, fix);
        assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(bed.copilot().health().parts().toString()).contains(symptom, fix);
    }

    @Test
    void aBadPluginIsTakenUpOnceItIsMended() {
        bad().agent("bad", REPLY).without("Copilot-Api").named("bad").build(bed.inbox());
        bed.start();
        assertThat(bed.status("bad").state()).isEqualTo(PluginState.FAILED);
        bad().agent("bad", REPLY).named("bad").build(bed.inbox());
        await().until(() -> bed.status("bad").state() == PluginState.SERVING);
        assertThat(bed.ask("bad")).isEqualTo("bad");
        assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.OK);
    }

    @Test
    void manyFaultsOfOneArchiveAreToldAtOnce() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("Plugin-Version", "one");
        parts.put("Copilot-Api", "9");
        PluginJars jars = bad().agent("bad", REPLY);
        parts.forEach(jars::manifest);
        jars.build(bed.inbox());
        bed.start();
        assertThat(bed.plugins().list())
                .filteredOn(status -> status.state() == PluginState.FAILED)
                .singleElement()
                .satisfies(status ->
                        assertThat(status.reason()).contains("Plugin-Version").contains("Copilot-Api"));
    }

    @Test
    void operationsOnAPluginThatWasRefusedSayWhy() {
        badWith("").manifest("Copilot-Swap", "sometimes").build(bed.inbox());
        bed.start();
        await().until(() -> bed.known("bad"));
        for (String operation : List.of("reload", "remove")) {
            assertThatThrownBy(() -> {
                        if (operation.equals("reload")) {
                            bed.plugins().reload("bad");
                        } else {
                            bed.plugins().remove("bad");
                        }
                    })
                    .as(operation)
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("plugin bad has no archive that could serve")
                    .hasMessageContaining("rolling")
                    .hasMessageContaining("Its file in the watched folder stays");
        }
        assertThat(bed.status("bad").state()).isEqualTo(PluginState.FAILED);
    }
}
