package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.junit.jupiter.api.Test;

class PluginWatchTest {
    private static final Instant NOON = Instant.parse("2025-06-01T12:00:00Z");

    private final PluginWatch watch = new PluginWatch();

    @Test
    void eachChangeIsToldOnce() {
        assertThat(kinds(status("1.0.0", PluginState.SERVING, "", NOON))).containsExactly("loaded");
        assertThat(kinds(status("1.0.0", PluginState.SERVING, "", NOON))).isEmpty();
        assertThat(kinds(status("1.0.0", PluginState.SERVING, "", NOON.plusSeconds(1))))
                .containsExactly("reloaded");
        assertThat(kinds(status("1.0.0", PluginState.SERVING, "1.1.0 does not start", NOON.plusSeconds(1))))
                .containsExactly("kept");
        assertThat(kinds(status("1.0.0", PluginState.SERVING, "", NOON.plusSeconds(1))))
                .isEmpty();
        assertThat(kinds(status("1.1.0", PluginState.SERVING, "", NOON.plusSeconds(2))))
                .containsExactly("swapped");
        assertThat(kinds(status("1.1.0", PluginState.HELD, "", NOON.plusSeconds(3))))
                .containsExactly("held");
        assertThat(kinds(status("1.2.0", PluginState.SERVING, "", NOON.plusSeconds(4))))
                .containsExactly("swapped");
        assertThat(kinds(status("1.2.0", PluginState.DRAINING, "", NOON.plusSeconds(4))))
                .containsExactly("draining");
        assertThat(kinds()).containsExactly("removed");
        assertThat(kinds(status("2.0.0", PluginState.FAILED, "no", NOON))).containsExactly("failed");
        assertThat(kinds(status("2.0.1", PluginState.SERVING, "", NOON))).containsExactly("loaded");
    }

    @Test
    void aVersionThatDrainsBesideItsSuccessorIsNoChange() {
        watch.look(List.of(status("1.0.0", PluginState.SERVING, "", NOON)));
        List<PluginWatch.Change> changes = watch.look(List.of(
                status("1.1.0", PluginState.SERVING, "", NOON.plusSeconds(1)),
                status("1.0.0", PluginState.DRAINING, "", NOON)));

        assertThat(changes).singleElement().satisfies(change -> {
            assertThat(change.kind()).isEqualTo("swapped");
            assertThat(change.before()).isEqualTo("1.0.0");
            assertThat(change.plugin().version()).isEqualTo("1.1.0");
        });
        assertThat(kinds(status("1.1.0", PluginState.SERVING, "", NOON.plusSeconds(1))))
                .isEmpty();
    }

    private List<String> kinds(PluginStatus... plugins) {
        return watch.look(List.of(plugins)).stream()
                .map(PluginWatch.Change::kind)
                .toList();
    }

    private static PluginStatus status(String version, PluginState state, String reason, Instant since) {
        return new PluginStatus(
                "p",
                PluginKind.AGENT,
                version,
                "digest of " + version,
                state,
                List.of(),
                reason,
                "installed",
                since,
                List.of());
    }
}
