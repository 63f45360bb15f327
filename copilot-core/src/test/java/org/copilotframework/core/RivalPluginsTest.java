package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.copilotframework.core.fixture.LogLines;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;

/** Two that cannot both serve: versions of one plugin, agents of one name. */
class RivalPluginsTest extends BesideAGoodPlugin {
    @Test
    void ofTwoVersionsOfOneIdTheHighestWins() {
        PluginJars.plugin("two", "1.9.0")
                .agent("two", "return AgentReply.text(\"1.9\");")
                .build(bed.inbox());
        PluginJars.plugin("two", "1.10.0")
                .agent("two", "return AgentReply.text(\"1.10\");")
                .build(bed.inbox());
        try (LogLines log = LogLines.open()) {
            bed.start();
            assertThat(bed.ask("two")).isEqualTo("1.10");
            assertThat(bed.ask("good")).isEqualTo("good");
            assertThat(log.lines())
                    .containsExactly("Plugin two: 1.9.0 in two-1.9.0.jar is passed over for 1.10.0 in two-1.10.0.jar;"
                            + " delete one of the two");
        }
    }

    @Test
    void ofAnEarlierVersionThatComesLaterItIsToldThatItIsPassedOver() throws IOException {
        bed.start();
        try (LogLines log = LogLines.open()) {
            Path earlier =
                    PluginJars.plugin("good", "0.9.0").agent("good", REPLY).build(bed.inbox());
            String told = "Plugin good: 0.9.0 in good-0.9.0.jar is passed over for 1.0.0 in good-1.0.0.jar;"
                    + " delete one of the two";
            await().until(() -> log.lines().contains(told));
            assertThat(bed.ask("good")).isEqualTo("good");

            Files.delete(earlier);
            PluginJars.plugin("later", "1.0.0")
                    .agent("later", "return AgentReply.text(\"later\");")
                    .build(bed.inbox());
            await().until(() -> bed.copilot().agents().find("later").isPresent());
            assertThat(log.lines()).containsExactly(told);
        }
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
}
