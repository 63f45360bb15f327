package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
}
