package org.copilotframework.core;

import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An orchestrator whose folder holds a good plugin, beside which a test puts a bad one. */
abstract class BesideAGoodPlugin {
    static final String REPLY = "return AgentReply.text(\"bad\");";

    @RegisterExtension
    final TestBed bed = TestBed.empty();

    @BeforeEach
    void aGoodPluginIsThere() {
        PluginJars.plugin("good", "1.0.0")
                .agent("good", "return AgentReply.text(\"good\");")
                .build(bed.inbox());
    }

    /** The beginning of the bad one. */
    static PluginJars bad() {
        return PluginJars.plugin("bad", "1.0.0");
    }

    /** A bad one whose agent has these members, too. */
    static PluginJars badWith(String members) {
        return bad().agent("bad", REPLY, members);
    }
}
