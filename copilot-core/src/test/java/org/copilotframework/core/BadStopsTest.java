package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plugins whose end goes wrong. Whatever one stop() does, all others run: those of the same plugin, of its Plugin-Class, and of
 * the other plugins; and the classes go.
 */
class BadStopsTest {
    private static final String STOPPED = "copilot.test.stopped.";
    private static final String LOADER = "copilot.test.loader";
    private static final String LET_GO = "copilot.test.let-go";

    private static final String HANGS = "while (System.getProperty(\"" + LET_GO + "\") == null) {"
            + " try { Thread.sleep(5); } catch (InterruptedException again) { } }";

    @RegisterExtension
    private final TestBed bed =
            TestBed.empty().with("copilot.plugins.stop-timeout", "300ms").with("copilot.plugins.start-timeout", "2s");

    /** How a plugin ends badly: what the stop() of one of its agents does, and that of its Plugin-Class. */
    static Stream<Arguments> ends() {
        return Stream.of("swap", "remove", "close")
                .flatMap(way -> Stream.of(
                        Arguments.of(way, "an agent throws", "throw new IllegalStateException();", ""),
                        Arguments.of(way, "an agent throws an Error", "throw new AssertionError();", ""),
                        Arguments.of(way, "an agent never returns", HANGS, ""),
                        Arguments.of(way, "the Plugin-Class throws", "", "throw new IllegalStateException();"),
                        Arguments.of(way, "the Plugin-Class throws an Error", "", "throw new AssertionError();"),
                        Arguments.of(way, "the Plugin-Class never returns", "", HANGS)));
    }

    @BeforeEach
    @AfterEach
    void nothingIsLeftOfATest() {
        System.getProperties().keySet().removeIf(key -> key.toString().startsWith("copilot.test."));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("ends")
    void allOtherStopsRunAndTheClassesGo(String way, String what, String ofAgent, String ofPluginClass) {
        bed.start();
        // Taken down before it and after it, where all end together.
        for (String id : List.of("a-neighbour", "z-neighbour")) {
            bed.plugins()
                    .install(PluginJars.plugin(id, "1.0.0")
                            .agent(id, "return AgentReply.text(\"x\");", stop(id, ""))
                            .build(bed.built()));
        }
        bed.plugins().install(stopping(ofAgent, ofPluginClass));
        assertThat(bed.ask("first")).isEqualTo("1.0.0");

        switch (way) {
            case "swap" -> {
                bed.plugins()
                        .install(PluginJars.plugin("bad", "2.0.0")
                                .agent("first", "return AgentReply.text(\"2.0.0\");")
                                .build(bed.built()));
                assertThat(bed.ask("first")).isEqualTo("2.0.0");
            }
            case "remove" -> bed.plugins().remove("bad");
            default -> {
                bed.close();
                assertThat(stopped("a-neighbour")).isTrue();
                assertThat(stopped("z-neighbour")).isTrue();
            }
        }
        await().until(() -> stopped("first") && stopped("bad") && stopped("last") && stopped("class"));
        if (!way.equals("close")) {
            assertThat(bed.ask("a-neighbour") + bed.ask("z-neighbour")).isEqualTo("xx");
        }
        System.setProperty(LET_GO, "");
        await().atMost(Duration.ofMinutes(1)).until(BadStopsTest::collected);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"throw new IllegalStateException(\"no\");", "throw new AssertionError(\"no\");", HANGS})
    void aPluginClassThatDoesNotStartLeavesTheOldServingAndItsClassesGo(String start) {
        bed.start();
        bed.plugins()
                .install(PluginJars.plugin("bad", "1.0.0")
                        .agent("first", "return AgentReply.text(\"1.0.0\");")
                        .build(bed.built()));
        Path bad = PluginJars.plugin("bad", "2.0.0")
                .agent("first", "return AgentReply.text(\"2.0.0\");")
                .source("plugin.bad.Life", """
                        package plugin.bad;
                        public class Life extends org.pf4j.Plugin {
                            public void start() {
                                %s
                                %s
                            }
                        }
                        """.formatted(remembered("Life.class"), start))
                .manifest("Plugin-Class", "plugin.bad.Life")
                .build(bed.built());
        assertThatThrownBy(() -> bed.plugins().install(bad))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(
                        start.equals(HANGS)
                                ? "did not return within 2000 ms (copilot.plugins.start-timeout)"
                                : "its Plugin-Class did not start")
                .hasMessageContaining("version 1.0.0 serves on");
        assertThat(bed.ask("first")).isEqualTo("1.0.0");
        System.setProperty(LET_GO, "");
        await().atMost(Duration.ofMinutes(1)).until(BadStopsTest::collected);
    }

    @Test
    void manyThatHangDoNotKeepTheOrchestratorFromClosing() {
        bed.with("copilot.plugins.drain-timeout", "1s").start();
        for (int i = 0; i < 12; i++) {
            bed.plugins()
                    .install(PluginJars.plugin("hangs" + i, "1.0.0")
                            .agent("hangs" + i, "return AgentReply.text(\"x\");", stop("hangs" + i, HANGS))
                            .build(bed.built()));
        }
        bed.close();
        for (int i = 0; i < 12; i++) {
            assertThat(stopped("hangs" + i)).as("hangs" + i).isTrue();
        }
        System.setProperty(LET_GO, "");
    }

    /** Three agents, of which the middle one ends as told, and a Plugin-Class that does. */
    private Path stopping(String ofAgent, String ofPluginClass) {
        return PluginJars.plugin("bad", "1.0.0")
                .agent("first", "return AgentReply.text(\"1.0.0\");", stop("first", ""))
                .agent(
                        "bad",
                        "return AgentReply.text(\"bad\");",
                        stop("bad", ofAgent) + "public void start(PluginContext plugin) { " + remembered("getClass()")
                                + " }")
                .agent("last", "return AgentReply.text(\"last\");", stop("last", ""))
                .source(
                        "plugin.bad.Life",
                        "package plugin.bad; public class Life extends org.pf4j.Plugin { "
                                + stop("class", ofPluginClass) + " }")
                .manifest("Plugin-Class", "plugin.bad.Life")
                .build(bed.built());
    }

    private static String stop(String name, String then) {
        return "public void stop() { System.setProperty(\"%s\", \"\"); %s }".formatted(STOPPED + name, then);
    }

    private static String remembered(String type) {
        return "System.getProperties().put(\"%s\", new java.lang.ref.WeakReference<>(%s.getClassLoader()));"
                .formatted(LOADER, type);
    }

    private static boolean stopped(String name) {
        return System.getProperty(STOPPED + name) != null;
    }

    private static boolean collected() {
        System.gc();
        return ((WeakReference<?>) System.getProperties().get(LOADER)).get() == null;
    }
}
