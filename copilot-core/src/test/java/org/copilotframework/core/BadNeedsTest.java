package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;

/** Needs of other plugins that cannot be met. */
class BadNeedsTest extends BesideAGoodPlugin {
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
}
