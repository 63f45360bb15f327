package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plugins that need each other, what they see of each other and of the host, and how they move together. */
class PluginUnitsTest {
    /** Calls the static method of another plugin's class, which is not on the test's class path. */
    private static final String ASK_BASE =
            "return AgentReply.text((String) Class.forName(\"base.Words\").getMethod(\"word\").invoke(null));";

    @RegisterExtension
    private final TestBed bed = TestBed.started();

    private Path base(String version, String word) {
        return PluginJars.plugin("base", version)
                .source(
                        "base.Words",
                        "package base; public class Words { public static String word() { return \"" + word + "\"; } }")
                .agent("base", "return AgentReply.text(\"base\");")
                .build(bed.built());
    }

    private Path dependent() {
        return PluginJars.plugin("user", "1.0.0")
                .agent("user", ASK_BASE)
                .dependsOn("base")
                .build(bed.built());
    }

    @Test
    void aPluginSeesTheClassesOfThoseItNeeds() {
        bed.plugins().install(base("1.0.0", "one"));
        bed.plugins().install(dependent());
        assertThat(bed.ask("user")).isEqualTo("one");
    }

    @Test
    void aPluginIsExchangedTogetherWithThoseThatNeedIt() {
        bed.plugins().install(base("1.0.0", "one"));
        bed.plugins().install(dependent());
        PluginChange change = bed.plugins().install(base("2.0.0", "two"));
        assertThat(change.reloaded()).containsExactly("user");
        assertThat(bed.ask("user")).isEqualTo("two");
    }

    @Test
    void theUnitStaysIfOneMemberDoesNotStart() {
        bed.plugins().install(base("1.0.0", "one"));
        bed.plugins()
                .install(PluginJars.plugin("user", "1.0.0")
                        .agent(
                                "user",
                                ASK_BASE,
                                "public void start(PluginContext plugin) throws Exception { Class.forName(\"base.Words\")"
                                        + ".getMethod(\"word\").invoke(null); }")
                        .dependsOn("base")
                        .build(bed.built()));
        Path without = PluginJars.plugin("base", "2.0.0")
                .agent("base", "return AgentReply.text(\"2\");")
                .build(bed.built());
        assertThatThrownBy(() -> bed.plugins().install(without))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("plugin user 1.0.0")
                .hasMessageContaining("base.Words");
        assertThat(bed.ask("base")).isEqualTo("base");
        assertThat(bed.ask("user")).isEqualTo("one");
    }

    @Test
    void aNeededPluginIsNotRemoved() {
        bed.plugins().install(base("1.0.0", "one"));
        bed.plugins().install(dependent());
        assertThatThrownBy(() -> bed.plugins().remove("base"))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("[user]");
        assertThat(bed.ask("user")).isEqualTo("one");
    }

    @Test
    void aPluginThatMissesAnotherStartsByItselfOnceThatComes() {
        PluginJars.plugin("user", "1.0.0")
                .agent("user", ASK_BASE)
                .dependsOn("base")
                .build(bed.inbox());
        await().until(() -> bed.known("user"));
        assertThat(bed.status("user").state()).isEqualTo(PluginState.FAILED);
        bed.plugins().install(base("1.0.0", "one"));
        await().until(() -> bed.status("user").state() == PluginState.SERVING);
        assertThat(bed.ask("user")).isEqualTo("one");
    }

    @Test
    void whoCanDoWithoutARemovedPluginServesOnWithoutIt() {
        bed.plugins().install(base("1.0.0", "one"));
        bed.plugins()
                .install(PluginJars.plugin("user", "1.0.0")
                        .agent(
                                "user",
                                "try { Class.forName(\"base.Words\"); return AgentReply.text(\"with\"); }"
                                        + " catch (ClassNotFoundException gone) { return AgentReply.text(\"without\"); }")
                        .dependsOn("base?")
                        .build(bed.built()));
        assertThat(bed.ask("user")).isEqualTo("with");
        assertThat(bed.plugins().remove("base").reloaded()).containsExactly("user");
        assertThat(bed.ask("user")).isEqualTo("without");
    }

    @Test
    void aSourceOffersAgentsMadeFromConfiguration() {
        bed.plugins()
                .install(PluginJars.plugin("made", "1.0.0")
                        .source("made.Made", """
                        package made;
                        import java.util.List;
                        import org.copilotframework.api.agent.*;
                        import org.copilotframework.api.plugin.PluginContext;
                        @org.pf4j.Extension
                        public class Made implements AgentSource {
                            public List<Agent> agents(PluginContext plugin) { return List.of(agent("m1"), agent("m2")); }
                            private static Agent agent(String name) {
                                return new Agent() {
                                    public AgentReply handle(AgentRequest request, AgentContext context) {
                                        return AgentReply.text(name);
                                    }
                                    public AgentDescriptor descriptor() { return AgentDescriptor.of(name, ""); }
                                };
                            }
                        }
                        """)
                        .extension("made.Made")
                        .build(bed.built()));
        assertThat(bed.ask("m1") + bed.ask("m2")).isEqualTo("m1m2");
    }

    @Test
    void pluginsOfOneUnitStartInTheirOrderAfterARestart() {
        bed.plugins().install(base("1.0.0", "one"));
        bed.plugins().install(dependent());
        assertThat(bed.restart().ask("user")).isEqualTo("one");
    }

    @Test
    void twoPluginsUseTwoVersionsOfOneLibrary() {
        for (String version : new String[] {"1", "2"}) {
            bed.plugins()
                    .install(PluginJars.plugin("lib" + version, "1.0.0")
                            .library(
                                    "words.jar",
                                    Map.of(
                                            "words.Word",
                                            "package words; public class Word { public static String it() { return \""
                                                    + version + "\"; } }"))
                            .agent("lib" + version, "return AgentReply.text(words.Word.it());")
                            .buildZip(bed.built()));
        }
        assertThat(bed.ask("lib1")).isEqualTo("1");
        assertThat(bed.ask("lib2")).isEqualTo("2");
    }

    @Test
    void aPluginSeesNothingOfTheHostButTheContract() {
        bed.plugins()
                .install(PluginJars.plugin("spy", "1.0.0").agent("spy", """
                        StringBuilder seen = new StringBuilder();
                        for (String name : request.text().split(" ")) {
                            try {
                                Class.forName(name);
                                seen.append("1");
                            } catch (ClassNotFoundException hidden) {
                                seen.append("0");
                            }
                        }
                        seen.append(getClass().getClassLoader().getResource("logback-test.xml") == null ? "0" : "1");
                        seen.append(Thread.currentThread().getContextClassLoader() == getClass().getClassLoader() ? "1" : "0");
                        return AgentReply.text(seen.toString());
                        """).build(bed.built()));
        assertThat(bed.ask(
                        "spy",
                        "org.copilotframework.api.agent.Agent org.pf4j.Plugin org.slf4j.Logger java.sql.Driver"
                                + " org.copilotframework.core.Orchestrator tools.jackson.databind.ObjectMapper"
                                + " io.smallrye.config.SmallRyeConfig org.junit.jupiter.api.Test"))
                .isEqualTo("1111" + "0000" + "0" + "1");
    }

    @Test
    void oneReloadTouchesNoOtherPlugin() {
        String counting = "return AgentReply.text(String.valueOf(STARTS.incrementAndGet()));";
        String counter = "static final java.util.concurrent.atomic.AtomicInteger STARTS ="
                + " new java.util.concurrent.atomic.AtomicInteger();";
        for (String id : new String[] {"left", "right"}) {
            bed.plugins()
                    .install(PluginJars.plugin(id, "1.0.0")
                            .agent(id, counting, counter)
                            .build(bed.built()));
            bed.ask(id);
        }
        bed.plugins().reload("left");
        assertThat(bed.ask("left")).isEqualTo("1");
        assertThat(bed.ask("right")).isEqualTo("2");
    }

    private static final String GATED =
            "public void start(PluginContext plugin) throws Exception { java.nio.file.Path folder = plugin.workDirectory();"
                    + " java.nio.file.Files.createFile(folder.resolve(\"started\"));"
                    + " while (!java.nio.file.Files.exists(folder.resolve(\"gate\"))) { Thread.sleep(5); } }";

    private Path work(String id) {
        return bed.home().resolve("data").resolve(id);
    }

    private void awaitStarted(String id) {
        await().until(() -> Files.exists(work(id).resolve("started")));
    }

    @Test
    void aStartThatHangsKeepsNeitherWhatItNeedsNorOthersThatNeedItWaiting() throws Exception {
        bed.plugins().install(base("1.0.0", "one"));
        Path slow = PluginJars.plugin("slow", "1.0.0")
                .agent("slow", ASK_BASE, GATED)
                .dependsOn("base")
                .build(bed.built());
        CompletableFuture<PluginChange> installing =
                CompletableFuture.supplyAsync(() -> bed.plugins().install(slow));
        awaitStarted("slow");
        bed.plugins().install(dependent());
        assertThat(bed.ask("user")).isEqualTo("one");
        assertThat(bed.plugins().install(base("2.0.0", "two")).reloaded()).containsExactly("user");
        assertThat(bed.ask("user")).isEqualTo("two");
        assertThat(installing).isNotDone();
        // What it was bound to is gone, so it is started anew before it serves.
        Files.delete(work("slow").resolve("started"));
        Files.createFile(work("slow").resolve("gate"));
        assertThat(installing.get(10, TimeUnit.SECONDS).kind()).isEqualTo(PluginChange.Kind.INSTALLED);
        assertThat(work("slow").resolve("started")).exists();
        assertThat(bed.ask("slow")).isEqualTo("two");
    }

    @Test
    void aPluginThatComesToBeNeededMeanwhileIsNotRemoved() throws Exception {
        bed.plugins().install(base("1.0.0", "one"));
        Path free = PluginJars.plugin("free", "1.1.0")
                .agent("free", "return AgentReply.text(\"free\");", GATED)
                .dependsOn("base?")
                .build(bed.built());
        Files.createDirectories(work("free"));
        Files.createFile(work("free").resolve("gate"));
        bed.plugins().install(free);
        Files.delete(work("free").resolve("gate"));
        Files.delete(work("free").resolve("started"));
        CompletableFuture<PluginChange> removing =
                CompletableFuture.supplyAsync(() -> bed.plugins().remove("base"));
        awaitStarted("free");
        bed.plugins().install(dependent());
        Files.createFile(work("free").resolve("gate"));
        assertThatThrownBy(() -> removing.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(ConflictException.class)
                .hasMessageContaining("[user]");
        assertThat(bed.ask("user")).isEqualTo("one");
    }

    /** It can do without base, says its manifest. */
    private PluginJars wrongAboutBase() {
        return PluginJars.plugin("user", "1.0.0")
                .agent(
                        "user",
                        ASK_BASE,
                        "public void start(PluginContext plugin) throws Exception { Class.forName(\"base.Words\"); }")
                .dependsOn("base?");
    }

    @Test
    void aRemovalThatADependentDoesNotSurviveIsRefusedInWords() {
        bed.plugins().install(base("1.0.0", "one"));
        bed.plugins().install(wrongAboutBase().build(bed.built()));
        assertThatThrownBy(() -> bed.plugins().remove("base"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("plugin user 1.0.0")
                .hasMessageContaining("base.Words")
                .hasMessageContaining("all serves on");
        assertThat(bed.ask("user")).isEqualTo("one");
        assertThat(bed.ask("base")).isEqualTo("base");
    }

    @Test
    void aPluginWhoseFileIsDeletedGoesThoughADependentDoesNotSurviveIt() throws Exception {
        Path file = Files.move(base("1.0.0", "one"), bed.inbox().resolve("base.jar"));
        await().until(() -> bed.known("base"));
        bed.plugins().install(wrongAboutBase().build(bed.built()));
        bed.plugins()
                .install(PluginJars.plugin("well", "1.0.0")
                        .agent("well", "return AgentReply.text(\"well\");")
                        .dependsOn("base?")
                        .build(bed.built()));
        Files.delete(file);
        await().until(() -> !bed.known("base"));
        await().until(() -> bed.status("user").state() == PluginState.FAILED);
        assertThat(bed.status("user").reason()).contains("base.Words");
        assertThat(bed.ask("well")).isEqualTo("well");
    }
}
