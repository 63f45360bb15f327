package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PF4J makes a new instance of an extension whenever it is asked for one; the host makes one per generation. */
class PluginInstancesTest {
    private static final String MADE = "copilot.test.made.";

    @RegisterExtension
    private final TestBed bed = TestBed.started();

    @AfterEach
    void nothingIsCounted() {
        System.getProperties().keySet().removeIf(key -> key.toString().startsWith(MADE));
    }

    @Test
    void eachExtensionAndPluginClassIsConstructedOncePerGeneration() {
        bed.plugins()
                .install(PluginJars.plugin("counted", "1.0.0")
                        .agent("own", "return AgentReply.text(\"x\");", constructor("Own"))
                        .source("plugin.counted.Source", """
                                package plugin.counted;
                                public class Source implements org.copilotframework.api.agent.AgentSource {
                                    %s
                                    public java.util.List<Made> agents(org.copilotframework.api.plugin.PluginContext plugin) {
                                        return java.util.List.of(new Made());
                                    }
                                }
                                """.formatted(constructor("Source")))
                        .source("plugin.counted.Made", """
                                package plugin.counted;
                                import org.copilotframework.api.agent.*;
                                @AgentInfo(name = "made")
                                public class Made implements Agent {
                                    %s
                                    public AgentReply handle(AgentRequest request, AgentContext context) {
                                        return AgentReply.text("made");
                                    }
                                }
                                """.formatted(constructor("Made")))
                        .extension("plugin.counted.Source")
                        .source(
                                "plugin.counted.Life",
                                "package plugin.counted; public class Life extends org.pf4j.Plugin { "
                                        + constructor("Life") + " }")
                        .manifest("Plugin-Class", "plugin.counted.Life")
                        .build(bed.built()));
        for (int i = 0; i < 3; i++) {
            bed.ask("own");
            bed.ask("made");
            assertThat(bed.plugins().list()).hasSize(1);
            assertThat(bed.copilot().agents().find("own")).isPresent();
            assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.OK);
        }
        for (String type : new String[] {"Own", "Source", "Made", "Life"}) {
            assertThat(Integer.getInteger(MADE + type)).as(type).isEqualTo(1);
        }
        bed.plugins().reload("counted");
        bed.ask("own");
        for (String type : new String[] {"Own", "Source", "Made", "Life"}) {
            assertThat(Integer.getInteger(MADE + type)).as(type).isEqualTo(2);
        }
    }

    private static String constructor(String type) {
        return "public %s() { System.setProperty(\"%s\", \"\" + (Integer.getInteger(\"%s\", 0) + 1)); }"
                .formatted(type, MADE + type, MADE + type);
    }
}
