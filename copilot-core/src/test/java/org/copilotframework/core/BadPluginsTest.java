package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.fixture.LogLines;
import org.copilotframework.core.fixture.PluginJars;
import org.copilotframework.core.fixture.TestBed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each bad plugin is really built and dropped beside a good one: the good one serves, and the bad one says what to do. */
class BadPluginsTest {
    /** The condition is for the compiler: an initialiser must be able to end. */
    private static final String FOR_EVER =
            "while (System.nanoTime() != 0) { try { Thread.sleep(1000); } catch (InterruptedException again) { } }";

    private static final String HANGS = "public void start(PluginContext plugin) { " + FOR_EVER + " }";
    private static final String REPLY = "return AgentReply.text(\"bad\");";

    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    @BeforeEach
    void aGoodPluginIsThere() {
        PluginJars.plugin("good", "1.0.0")
                .agent("good", "return AgentReply.text(\"good\");")
                .build(bed.inbox());
    }

    private static PluginJars bad() {
        return PluginJars.plugin("bad", "1.0.0");
    }

    private static PluginJars badWith(String members) {
        return bad().agent("bad", REPLY, members);
    }

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
    void anInstallOfWhatNeedsAnotherVersionSaysWhatToInstall() {
        bed.start();
        Path needy = bad().agent("bad", REPLY).dependsOn("good@>=2.0.0").build(bed.built());
        assertThatThrownBy(() -> bed.plugins().install(needy))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("needs plugin good in version >=2.0.0, and 1.0.0 serves")
                .hasMessageContaining("install a version of good that fits");
        bed.plugins()
                .install(PluginJars.plugin("good", "2.0.0")
                        .agent("good", "return AgentReply.text(\"better\");")
                        .build(bed.built()));
        bed.plugins().install(needy);
        assertThat(bed.ask("bad")).isEqualTo("bad");
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
    void aStartThatHangsBlocksNoOtherOperation() {
        bed.with("copilot.plugins.start-timeout", "60s").start();
        badWith(HANGS).build(bed.inbox());
        PluginJars.plugin("other", "1.0.0")
                .agent("other", "return AgentReply.text(\"other\");")
                .build(bed.inbox());
        await().until(() -> bed.known("other") && bed.ask("other").equals("other"));
        assertThat(bed.known("bad")).isFalse();
        assertThat(bed.plugins().reload("good").kind()).isEqualTo(PluginChange.Kind.RELOADED);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "start | public void start(PluginContext plugin) { %s }",
                "a constructor | public Bad() { %s }",
                "a static initialiser | static { %s }"
            })
    void aStartThatNeverReturnsFailsInTime(String where, String members) {
        bed.with("copilot.plugins.start-timeout", "400ms").start();
        badWith(members.formatted(FOR_EVER)).build(bed.inbox());
        PluginJars.plugin("other", "1.0.0")
                .agent("other", "return AgentReply.text(\"other\");")
                .build(bed.inbox());
        await().until(() -> bed.known("other") && bed.ask("other").equals("other"));
        await().until(() -> bed.known("bad"));
        assertThat(bed.status("bad").reason())
                .contains("did not return within 400 ms (copilot.plugins.start-timeout)")
                .contains("; mend what it waits for, or raise copilot.plugins.start-timeout");
        assertThat(bed.ask("good")).isEqualTo("good");
    }

    @Test
    void ofTwoVersionsOfOneIdTheHighestWins() {
        PluginJars.plugin("two", "1.9.0")
                .agent("two", "return AgentReply.text(\"1.9\");")
                .build(bed.inbox());
        PluginJars.plugin("two", "1.10.0")
                .agent("two", "return AgentReply.text(\"1.10\");")
                .build(bed.inbox());
        bed.start();
        assertThat(bed.ask("two")).isEqualTo("1.10");
    }

    @Test
    void ofTwoAgentsOfOneNameTheOneThatServesWins() {
        bed.start();
        PluginJars.plugin("a-later", "1.0.0").agent("good", REPLY).build(bed.inbox());
        await().until(() -> bed.known("a-later"));
        assertThat(bed.status("a-later").reason())
                .contains("agent 'good'")
                .contains("plugin good 1.0.0")
                .contains("; rename one of the two in its @AgentInfo");
        assertThat(bed.ask("good")).isEqualTo("good");
    }

    @Test
    void atFirstStartTheNameGoesToThePluginWhoseIdSortsFirst() {
        PluginJars.plugin("a-first", "1.0.0")
                .agent("good", "return AgentReply.text(\"first\");")
                .build(bed.inbox());
        bed.start();
        assertThat(bed.ask("good")).isEqualTo("first");
        assertThat(bed.status("good").state()).isEqualTo(PluginState.FAILED);
        assertThat(bed.status("good").reason())
                .contains("of plugin a-first 1.0.0, which serves already; rename one of the two in its @AgentInfo");
    }

    @Test
    void pluginsThatNeedEachOtherInACircleFailAndTheRestServes() {
        PluginJars.plugin("one", "1.0.0").agent("one", REPLY).dependsOn("two").build(bed.inbox());
        PluginJars.plugin("two", "1.0.0").agent("two", REPLY).dependsOn("one").build(bed.inbox());
        PluginJars.plugin("a-user", "1.0.0")
                .agent("user", REPLY)
                .dependsOn("one")
                .build(bed.inbox());
        PluginJars.plugin("can-do-without", "1.0.0")
                .agent("without", REPLY)
                .dependsOn("one?")
                .build(bed.inbox());
        bed.start();
        assertThat(bed.ask("good")).isEqualTo("good");
        assertThat(bed.status("one").reason())
                .contains("[one, two] need each other in a circle")
                .contains("; take one need out of a manifest's Plugin-Dependencies");
        assertThat(bed.status("two").state()).isEqualTo(PluginState.FAILED);
        assertThat(bed.status("a-user").reason())
                .contains("needs plugin one, which does not serve")
                .contains("; add it or mend it, and this plugin starts by itself");
        assertThat(bed.ask("without")).isEqualTo("bad");
    }

    @Test
    void aPackedCopyOfSlf4jIsIgnoredWithAWarning() {
        bad().agent(
                        "bad",
                        "return AgentReply.text(String.valueOf("
                                + "org.slf4j.Logger.class.getClassLoader() == getClass().getClassLoader()));")
                .entry("org/slf4j/Logger.class", new byte[] {1, 2, 3})
                .build(bed.inbox());
        bed.start();
        assertThat(bed.ask("bad")).isEqualTo("false");
        assertThat(bed.status("bad").warnings()).anyMatch(warning -> warning.contains("slf4j"));
    }

    @Test
    void aTruncatedArchiveIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(bad().agent("bad", REPLY).build(bed.built()));
        Files.write(bed.inbox().resolve("cut.jar"), Arrays.copyOf(whole, whole.length / 2));
        bed.start();
        assertThat(bed.ask("good")).isEqualTo("good");
        assertThat(bed.status("cut.jar").state()).isEqualTo(PluginState.FAILED);
        assertThat(bed.status("cut.jar").reason())
                .contains("it is truncated or not a ZIP archive")
                .contains("; build it again, or copy it again and wait for the end of the copy");
    }

    @Test
    void anArchiveBombIsRefused() {
        bad().agent("bad", REPLY).entry("zeros.bin", new byte[64 << 20]).build(bed.inbox());
        bed.with("copilot.plugins.limits.ratio", "50").start();
        assertThat(bed.ask("good")).isEqualTo("good");
        assertThat(bed.plugins().list())
                .filteredOn(status -> status.state() == PluginState.FAILED)
                .singleElement()
                .satisfies(status -> assertThat(status.reason())
                        .contains("more than the limit of")
                        .contains("; remove what the plugin does not need, or raise the limit")
                        .contains("copilot.plugins.limits"));
    }

    @Test
    void anArchiveOfAnotherDigestIsRefused() throws IOException {
        Path jar = bad().agent("bad", REPLY).build(bed.inbox());
        Files.writeString(jar.resolveSibling(jar.getFileName() + ".sha256"), "0".repeat(64));
        bed.start();
        assertThat(bed.ask("good")).isEqualTo("good");
        assertThat(bed.plugins().list())
                .filteredOn(status -> status.state() == PluginState.FAILED)
                .singleElement()
                .satisfies(status -> assertThat(status.reason())
                        .contains("bad-1.0.0.jar.sha256 says 000")
                        .contains("; copy the archive again from where the digest comes from"));
    }

    @Test
    void aFileOverwrittenInPlaceLeavesTheOldServingUntilItIsWhole() throws IOException {
        bed.start();
        Path file = bed.inbox().resolve("good-1.0.0.jar");
        byte[] next = Files.readAllBytes(PluginJars.plugin("good", "1.1.0")
                .agent("good", "return AgentReply.text(\"better\");")
                .build(bed.built()));
        Files.write(file, Arrays.copyOf(next, next.length / 2));
        await().until(() -> !bed.status("good").reason().isEmpty());
        assertThat(bed.ask("good")).isEqualTo("good");
        assertThat(bed.status("good").reason())
                .contains("it is truncated or not a ZIP archive")
                .contains("; build it again, or copy it again and wait for the end of the copy");
        Files.write(file, Arrays.copyOfRange(next, next.length / 2, next.length), StandardOpenOption.APPEND);
        await().until(() -> bed.ask("good").equals("better"));
        assertThat(bed.status("good").reason()).isEmpty();
    }

    @Test
    void aFileDeletedWhileInUseMeansDrainAndRemove() throws Exception {
        Path gate = bed.built().resolve("gate");
        Path begun = bed.built().resolve("begun");
        Path file = PluginJars.plugin("busy", "1.0.0")
                .agent(
                        "busy",
                        "java.nio.file.Files.createFile(java.nio.file.Path.of(\"%s\"));".formatted(begun)
                                + "while (!java.nio.file.Files.exists(java.nio.file.Path.of(\"%s\"))) Thread.sleep(5);"
                                        .formatted(gate)
                                + " return AgentReply.text(Late.word());")
                // A class that is first loaded when the file is gone.
                .source(
                        "plugin.busy.Late",
                        "package plugin.busy; class Late { static String word() { return \"end\"; } }")
                .build(bed.inbox());
        bed.start();
        Run call = bed.client().submit(AgentRequest.to("busy").text("?").build());
        await().until(() -> Files.exists(begun));
        Files.delete(file);
        await().until(() -> bed.copilot().agents().find("busy").isEmpty());
        assertThat(bed.plugins().list())
                .anyMatch(one -> one.id().equals("busy") && one.state() == PluginState.DRAINING);
        assertThat(call.reply().toCompletableFuture()).isNotDone();
        Files.createFile(gate);
        assertThat(call.reply().toCompletableFuture().get(10, TimeUnit.SECONDS).text())
                .isEqualTo("end");
        await().until(() -> !bed.known("busy"));
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
