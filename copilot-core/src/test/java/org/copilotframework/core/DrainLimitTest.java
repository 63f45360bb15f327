package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that is at work and hears nothing when its plugin is exchanged or removed. */
class DrainLimitTest {
    private static final String BEGUN = "copilot.test.begun";
    private static final String LET_GO = "copilot.test.let-go";

    @RegisterExtension
    private final TestBed bed = TestBed.empty()
            .with("copilot.plugins.drain-timeout", "300ms")
            .with("copilot.plugins.stop-timeout", "300ms");

    @AfterEach
    void letGo() {
        System.setProperty(LET_GO, "");
        bed.close();
        System.clearProperty(LET_GO);
        System.clearProperty(BEGUN);
    }

    private PluginJars version(String version, String swap) {
        return PluginJars.plugin("deaf", version).manifest("Copilot-Swap", swap);
    }

    private Path deaf(String swap) {
        return version("1.0.0", swap)
                .agent("deaf", """
                System.setProperty("%s", "");
                while (System.getProperty("%s") == null) {
                    try { Thread.sleep(5); } catch (InterruptedException unheard) { }
                }
                return AgentReply.text("1.0.0");
                """.formatted(BEGUN, LET_GO))
                .build(bed.built());
    }

    private Path next(String swap) {
        return version("2.0.0", swap)
                .agent("deaf", "return AgentReply.text(\"2.0.0\");")
                .build(bed.built());
    }

    private CompletableFuture<AgentReply> call(Duration timeout) {
        CompletableFuture<AgentReply> call = CompletableFuture.supplyAsync(() -> bed.client()
                .invoke(AgentRequest.to("deaf").text("?").timeout(timeout).build()));
        await().until(() -> System.getProperty(BEGUN) != null);
        return call;
    }

    private void awaitCollected() {
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            System.gc();
            return bed.plugins().uncollected().isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"rolling", "exclusive"})
    void aSwapEndsAtTheLimitAndTheCallerIsToldToComeBack(String swap) {
        bed.start();
        bed.plugins().install(deaf(swap));
        CompletableFuture<AgentReply> call = call(Duration.ofMinutes(2));

        assertThat(bed.plugins().install(next(swap)).to()).isEqualTo("2.0.0");
        assertThat(bed.ask("deaf")).isEqualTo("2.0.0");
        assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(UnavailableException.class)
                .hasMessageContaining("plugin deaf 1.0.0 is being unloaded");
        await().until(() -> bed.plugins().list().size() == 1);
        assertThat(bed.copilot().health().toString()).contains("calls ignore their cancellation");

        System.setProperty(LET_GO, "");
        awaitCollected();
        await().until(() -> bed.copilot().health().status() == Health.Status.OK);
    }

    @Test
    void aRemovalEndsAtTheLimitAndTheCallerIsToldToComeBack() {
        bed.start();
        bed.plugins().install(deaf("rolling"));
        CompletableFuture<AgentReply> call = call(Duration.ofMinutes(2));

        assertThat(bed.plugins().remove("deaf").kind()).isEqualTo(PluginChange.Kind.REMOVED);
        assertThatThrownBy(() -> bed.ask("deaf")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(UnavailableException.class);
        await().until(() -> bed.plugins().list().isEmpty());

        System.setProperty(LET_GO, "");
        awaitCollected();
    }

    @Test
    void aCallerWhoseTimeEndsDuringTheDrainHasHisDeadline() {
        bed.with("copilot.plugins.drain-timeout", "1m").start();
        bed.plugins().install(deaf("rolling"));
        CompletableFuture<AgentReply> call = call(Duration.ofMillis(1500));

        bed.plugins().install(next("rolling"));
        assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(DeadlineExceededException.class);
        assertThat(bed.ask("deaf")).isEqualTo("2.0.0");
        // The thread is in the old classes still, so they drain on.
        assertThat(bed.plugins().list()).anyMatch(one -> one.state() == PluginState.DRAINING);

        System.setProperty(LET_GO, "");
        await().until(() -> bed.plugins().list().size() == 1);
        awaitCollected();
    }
}
