package org.copilotframework.core.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.Nodes;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.naming.HostTenant;
import org.copilotframework.core.storage.MemoryStorage;
import org.junit.jupiter.api.Test;

class OwnReportTest {
    private static final List<Nodes.Plugin> NONE = List.of();
    private static final List<Nodes.Plugin> ONE = List.of(new Nodes.Plugin("x", "1.0.0", "d", PluginState.SERVING));

    private final MemoryStorage storage = new MemoryStorage(100);
    private final NodeTable table = new NodeTable(storage.values());

    private long version(String name) {
        return table.find(name).orElseThrow().version();
    }

    @Test
    void aReportIsWrittenWhenItHasChangedAndElseOnlyBeforeItsTimeIsOver() {
        OwnReport report = new OwnReport(table, "a", Duration.ofHours(1));
        report.tell(NONE);
        long first = version("a");
        report.tell(NONE);
        assertThat(version("a")).isEqualTo(first);
        report.tell(ONE);
        assertThat(version("a")).isNotEqualTo(first);
        assertThat(table.read().all()).containsExactly(new Nodes.Node("a", ONE));
        OwnReport brief = new OwnReport(table, "b", Duration.ofMillis(200));
        brief.tell(ONE);
        long written = version("b");
        await().until(() -> {
            brief.tell(ONE);
            return version("b") != written;
        });
    }

    @Test
    void aReportThatIsNotRenewedIsOver() {
        new OwnReport(table, "a", Duration.ofMillis(50)).tell(ONE);
        await().until(() -> table.read().all().isEmpty());
    }

    @Test
    void whoComesAfterADeadProcessTakesOverItsReport() {
        new OwnReport(table, "a", Duration.ofHours(1)).tell(ONE);
        OwnReport next = new OwnReport(table, "a", Duration.ofHours(1));
        next.tell(NONE);
        assertThat(next.conflict()).isEmpty();
        assertThat(table.read().all()).containsExactly(new Nodes.Node("a", NONE));
        next.withdraw();
        assertThat(table.read().all()).isEmpty();
    }

    @Test
    void whoseReportWasTakenGoesOnUnderAnotherName() {
        OwnReport before = new OwnReport(table, "a", Duration.ofHours(1));
        before.tell(NONE);
        new OwnReport(table, "a", Duration.ofHours(1)).tell(NONE);
        before.tell(ONE);
        assertThat(before.conflict()).contains("copilot.node.name");
        assertThat(before.name()).startsWith("a~");
        assertThat(table.read().all()).containsExactly(new Nodes.Node("a", NONE), new Nodes.Node(before.name(), ONE));
    }

    @Test
    void aReportIsReadByAnotherProcessAndOneOfALaterReleaseIsLeftAside() {
        Payload bytes = Payload.of(new NodeReport("i", ONE).store().bytes());
        assertThat(NodeReport.read(bytes)).contains(new NodeReport("i", ONE));
        Payload later = Payload.of("{\"format\":2}".getBytes(UTF_8));
        storage.values().compareAndSet(HostTenant.ID, ValueChange.insert("nodes/later", later, null));
        storage.values().compareAndSet(HostTenant.ID, ValueChange.insert("nodes/now", bytes, null));
        assertThat(table.read().all()).extracting(Nodes.Node::name).containsExactly("now");
    }
}
