package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A start that never ends: it fails in time, and keeps nobody else waiting. */
class BadStartsTest extends BesideAGoodPlugin {
    /** The condition is for the compiler: an initialiser must be able to end. */
    private static final String FOR_EVER =
            "while (System.nanoTime() != 0) { try { Thread.sleep(1000); } catch (InterruptedException again) { } }";

    private static final String HANGS = "public void start(PluginContext plugin) { " + FOR_EVER + " }";

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
        bed.with("copilot.plugins.start-timeout", "1s").start();
        badWith(members.formatted(FOR_EVER)).build(bed.inbox());
        PluginJars.plugin("other", "1.0.0")
                .agent("other", "return AgentReply.text(\"other\");")
                .build(bed.inbox());
        await().until(() -> bed.known("other") && bed.ask("other").equals("other"));
        await().until(() -> bed.known("bad"));
        assertThat(bed.status("bad").reason())
                .contains("did not return within 1000 ms (copilot.plugins.start-timeout)")
                .contains("; mend what it waits for, or raise copilot.plugins.start-timeout");
        assertThat(bed.ask("good")).isEqualTo("good");
    }
}
