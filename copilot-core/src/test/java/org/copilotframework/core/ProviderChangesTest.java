package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.copilotframework.core.fixture.ProviderJars.agentThatRemembers;
import static org.copilotframework.core.fixture.ProviderJars.provider;
import static org.copilotframework.core.fixture.ProviderJars.saidBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Providers come and go while the orchestrator runs, and nothing of them does before it starts again. */
class ProviderChangesTest {
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
    void whatChangesWhileTheHostRunsIsToldAndTakesEffectAtTheNextStart() throws IOException {
        Path first = provider("tape", "1.0.0", "tape").build(bed.inbox());
        bed.with(URL, "tape:x").start();
        List<String> told = new CopyOnWriteArrayList<>();
        bed.plugins().onChange(status -> told.add(status.id() + " " + status.state() + " " + status.reason()));

        Path second = provider("tape", "1.1.0", "tape").build(bed.inbox());
        await().until(() -> bed.status("tape").reason().contains("version 1.1.0 in tape-1.1.0.jar takes effect"));
        Files.delete(second);
        await().until(() -> bed.status("tape").reason().isEmpty());
        Files.delete(first);
        await().until(() -> bed.status("tape").reason().contains("its file is gone"));
        assertThat(bed.status("tape").state()).isEqualTo(PluginState.SERVING);
        assertThat(saidBy(bed)).isEqualTo("0 before");

        drop(provider("disk", "1.0.0", "disk"));
        await().until(() -> bed.known("disk"));
        assertThat(bed.status("disk").state()).isEqualTo(PluginState.PENDING);
        assertThat(bed.status("disk").kind()).isEqualTo(PluginKind.PROVIDER);
        drop(provider("disk", "1.0.0", "disk").without("Copilot-Api"));
        await().until(() -> bed.status("disk").state() == PluginState.FAILED);
        assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.DEGRADED);
        drop(provider("disk", "1.0.1", "disk"));
        await().until(() -> bed.status("disk").version().equals("1.0.1"));
        assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.OK);
        await().until(() -> told.size() >= 6);
        assertThat(told)
                .anyMatch(one -> one.startsWith("tape SERVING version 1.1.0"))
                .anyMatch(one -> one.startsWith("disk PENDING"))
                .anyMatch(one -> one.startsWith("disk FAILED"));

        bed.with(URL, "disk:x").restart();
        assertThat(bed.known("tape")).isFalse();
        assertThat(bed.status("disk").state()).isEqualTo(PluginState.SERVING);
    }

    @Test
    void aFileOfAgentsThatBecomesAProviderTakesItsAgentsAway() {
        bed.start();
        drop(provider("tape", "1.0.0", "tape").named("good-1.0.0"));
        await().until(() -> bed.copilot().agents().list().isEmpty());
        assertThat(bed.status("tape").state()).isEqualTo(PluginState.PENDING);
        PluginJars.plugin("good", "1.0.1")
                .agent("good", "return AgentReply.text(\"back\");")
                .named("good-1.0.0")
                .build(bed.inbox());
        await().until(() -> bed.copilot().agents().find("good").isPresent());
        assertThat(bed.known("tape")).isFalse();
        // An operation waits until the host is done with the file.
        assertThat(bed.plugins().reload("good").to()).isEqualTo("1.0.1");
    }

    @Test
    void theOperationsSayWhatToDoWithAProvider() {
        drop(provider("tape", "1.0.0", "tape"));
        bed.start();
        Path another = provider("disk", "1.0.0", "disk").build(bed.built());

        assertThat(bed.plugins().verify(another).kind()).isEqualTo(PluginKind.PROVIDER);
        assertThatThrownBy(() -> bed.plugins().install(another))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("disk-1.0.0.jar holds a provider")
                .hasMessageContaining("copilot.plugins.dir");
        assertThat(bed.known("disk")).isFalse();
        for (Runnable operation : List.<Runnable>of(
                () -> bed.plugins().remove("tape"),
                () -> bed.plugins().reload("tape"),
                () -> bed.plugins().rollback("tape"))) {
            assertThatThrownBy(operation::run)
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("start again");
        }
    }
}
