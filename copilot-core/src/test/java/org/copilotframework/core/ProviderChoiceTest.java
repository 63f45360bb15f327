package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.core.fixture.ProviderJars.agentThatRemembers;
import static org.copilotframework.core.fixture.ProviderJars.provider;

import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which provider is used where there are several. */
class ProviderChoiceTest {
    private static final String URL = "copilot.storage.url";

    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    @BeforeEach
    void dropAnAgent() {
        agentThatRemembers().build(bed.inbox());
    }

    private void drop(PluginJars archive) {
        archive.build(bed.inbox());
    }

    @Test
    void twoProvidersOfOneSchemeAreNamedBothWithTheirArchives() {
        drop(provider("tape", "1.0.0", "tape"));
        drop(provider("reel", "2.0.0", "tape"));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(bed::start)
                .withMessageContaining("two storage providers are named 'tape'")
                .withMessageContaining("(plugin reel 2.0.0, reel-2.0.0.jar)")
                .withMessageContaining("(plugin tape 1.0.0, tape-1.0.0.jar)");
    }

    @Test
    void aProviderOfASchemeOnTheClassPathIsNamedBesideThat() {
        drop(provider("mine", "1.0.0", "memory"));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(bed::start)
                .withMessageContaining("MemoryStorageProvider (on the class path, classes)")
                .withMessageContaining("plugin.Provider (plugin mine 1.0.0, mine-1.0.0.jar)");
    }

    @Test
    void theApplicationsOwnStoreDecides() {
        drop(provider("mine", "1.0.0", "memory"));
        try (Storage own = Orchestrator.builder().setting(URL, "memory:x").openStorage();
                Orchestrator copilot = Orchestrator.builder()
                        .home(bed.home())
                        .plugins(bed.inbox())
                        .storage(own)
                        .start()) {
            assertThat(copilot.plugins().list()).hasSize(2);
        }
    }

    @Test
    void ofTwoVersionsTheHighestThatLoadsIsUsed() {
        drop(provider("tape", "1.0.0", "old"));
        drop(provider("tape", "1.1.0", "tape"));
        drop(provider("tape", "2.0.0", "tape", "static { if (true) throw new Error(\"not yet\"); }"));
        bed.with(URL, "tape:x").start();

        assertThat(bed.plugins().list()).hasSize(2);
        PluginStatus status = bed.status("tape");
        assertThat(status.state()).isEqualTo(PluginState.SERVING);
        assertThat(status.version()).isEqualTo("1.1.0");
        assertThat(status.reason())
                .startsWith("version 2.0.0 in tape-2.0.0.jar is not loaded:")
                .contains("not yet");
    }
}
