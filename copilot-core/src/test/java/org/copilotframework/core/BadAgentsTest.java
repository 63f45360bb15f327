package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each bad agent comes in an archive of its own beside a good one: its caller is told, the good one serves, health tells. */
class BadAgentsTest {
    private static final String LET_GO = "copilot.test.let-go";
    private static final String LATE = "copilot.test.late";
    private static final String UNTIL_LET_GO = "while (System.getProperty(\"" + LET_GO + "\") == null)";

    @RegisterExtension
    private final TestBed bed = TestBed.empty().with("copilot.invoke.cancel-grace", "100ms");

    @BeforeEach
    void aGoodOneServes() {
        bed.start();
        bed.plugins()
                .install(PluginJars.plugin("good", "1.0.0")
                        .agent("good", "return AgentReply.text(\"good\");")
                        .build(bed.built()));
    }

    @AfterEach
    void letGo() {
        System.setProperty(LET_GO, "");
        await().atMost(Duration.ofMinutes(1)).until(() -> bed.copilot().health().status() == Health.Status.OK);
        bed.close();
        System.clearProperty(LET_GO);
        System.clearProperty(LATE);
    }

    /** What the agent does, how often it is called at once, what its callers are told, and what health then says of it. */
    static Stream<Arguments> badAgents() {
        String ignored = "calls ignore their cancellation, of agents [bad]";
        return Stream.of(
                Arguments.of(
                        "never returns",
                        "while (true) { Thread.sleep(1000); }",
                        1,
                        DeadlineExceededException.class,
                        "bad",
                        ""),
                Arguments.of(
                        "ignores interrupts",
                        UNTIL_LET_GO
                                + " { try { Thread.sleep(5); } catch (InterruptedException unheard) { } } return null;",
                        1,
                        DeadlineExceededException.class,
                        "bad",
                        ignored),
                Arguments.of(
                        "spins on every core",
                        UNTIL_LET_GO + " { Thread.onSpinWait(); } return null;",
                        2 * Runtime.getRuntime().availableProcessors(),
                        DeadlineExceededException.class,
                        "bad",
                        ignored),
                Arguments.of(
                        "throws an Error",
                        "throw new OutOfMemoryError(\"made up\");",
                        1,
                        AgentFailedException.class,
                        "java.lang.OutOfMemoryError: made up",
                        ""),
                Arguments.of("returns null", "return null;", 1, AgentFailedException.class, "null", ""),
                Arguments.of(
                        "calls itself for ever",
                        "return context.agents().invoke(\"bad\", \"again\");",
                        1,
                        QuotaExceededException.class,
                        "copilot.invoke.max-depth",
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badAgents")
    void aBadAgentHarmsNobodyAndItsCallerIsTold(
            String what, String body, int calls, Class<? extends Throwable> error, String words, String health) {
        bed.plugins()
                .install(PluginJars.plugin("bad", "1.0.0").agent("bad", body).build(bed.built()));
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            runs.add(bed.client()
                    .submit(AgentRequest.to("bad")
                            .text("?")
                            .timeout(Duration.ofSeconds(1))
                            .build()));
        }
        assertThat(bed.ask("good")).isEqualTo("good");
        for (Run run : runs) {
            assertThat(catchThrowable(() -> run.reply().toCompletableFuture().join()))
                    .hasCauseInstanceOf(error)
                    .hasMessageContaining(words);
        }
        assertThat(bed.ask("good")).isEqualTo("good");
        await().untilAsserted(() -> {
            assertThat(bed.copilot().health().parts().toString()).contains(health);
            assertThat(bed.copilot().health().status())
                    .isEqualTo(health.isEmpty() ? Health.Status.OK : Health.Status.DEGRADED);
        });
        assertThat(bed.ask("good")).isEqualTo("good");
        assertThat(bed.status("bad").state()).isEqualTo(PluginState.SERVING);
    }

    @Test
    void anAgentThatEmitsAfterItHasReturnedIsRefusedAndItsReplyStands() {
        bed.plugins()
                .install(PluginJars.plugin("bad", "1.0.0")
                        .agent("bad", """
                Thread late = new Thread(() -> {
                    try {
                        while (true) {
                            context.emit(new Event.Text("late"));
                            Thread.sleep(5);
                        }
                    } catch (Exception refused) {
                        System.setProperty("%s", refused.getClass().getSimpleName());
                    }
                });
                late.setDaemon(true);
                late.start();
                return AgentReply.text("done");
                """.formatted(LATE))
                        .build(bed.built()));
        assertThat(bed.ask("bad")).isEqualTo("done");
        await().until(() -> "ConflictException".equals(System.getProperty(LATE)));
        assertThat(bed.ask("good")).isEqualTo("good");
        assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.OK);
    }
}
