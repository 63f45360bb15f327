package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.Nodes.Difference;
import org.copilotframework.core.Nodes.Node;
import org.copilotframework.core.Nodes.Plugin;
import org.copilotframework.core.Nodes.Side;
import org.copilotframework.core.fixture.Fleet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What nodes on one storage know of each other. */
class NodesTest {
    @RegisterExtension
    private final Fleet fleet = new Fleet();

    private Plugins start(String node) {
        return fleet.start(node, builder -> builder.storage(fleet.storage())).plugins();
    }

    private Nodes nodes() {
        return fleet.node("a").nodes();
    }

    @Test
    void nodesSeeWhereTheyDiffer() {
        Path old = fleet.plugin("x", "1.2.0");
        Path young = fleet.plugin("x", "1.3.0");
        start("a").install(young);
        start("b").install(old);
        start("c").install(young);
        fleet.node("b").plugins().install(fleet.plugin("y", "1.0.0"));
        await().until(() -> fleet.ill("a", "nodes").contains("node b serves y 1.0.0 where this one serves no y"));
        assertThat(fleet.ill("a", "nodes"))
                .contains("node b serves x 1.2.0 where this one serves x 1.3.0")
                .doesNotContain("node c");
        await().until(() -> fleet.ill("b", "nodes").contains("node c serves no y where this one serves y 1.0.0"));
        Nodes nodes = nodes();
        assertThat(nodes.all()).extracting(Node::name).containsExactly("a", "b", "c");
        assertThat(nodes.differences()).extracting(Difference::id).containsExactly("x", "y");
        assertThat(nodes.differences().get(0).sides())
                .extracting(Side::version, Side::nodes)
                .containsExactly(tuple("1.3.0", List.of("a", "c")), tuple("1.2.0", List.of("b")));
        fleet.node("b").plugins().install(young);
        fleet.node("b").plugins().remove("y");
        await().until(() -> fleet.ill("a", "nodes").isEmpty());
        assertThat(nodes().differences()).isEmpty();
    }

    @Test
    void aNodeThatEndsIsForgotten() {
        start("a").install(fleet.plugin("x", "1.0.0"));
        start("b");
        await().until(() -> fleet.ill("a", "nodes").contains("node b serves no x"));
        fleet.stop("b");
        await().until(() -> fleet.ill("a", "nodes").isEmpty());
        assertThat(nodes().all()).extracting(Node::name).containsExactly("a");
    }

    @Test
    void twoNodesOfOneNameAreToldApart() {
        start("a");
        await().until(() -> nodes().all().size() == 1);
        fleet.start("b", builder -> builder.storage(fleet.storage()).setting("copilot.node.name", "a"));
        await().until(() -> nodes().all().size() == 2);
        await().until(() -> fleet.ill("a", "nodes").contains("another process reports as node 'a'"));
        assertThat(fleet.ill("a", "nodes")).contains("copilot.node.name");
        assertThat(nodes().all()).extracting(Node::name).contains("a").anyMatch(name -> name.startsWith("a~"));
    }

    @Test
    void whereThereCanBeNoOtherNodeNothingIsTold() {
        fleet.start("a", builder -> builder);
        assertThat(fleet.node("a").health().parts())
                .extracting(Health.Part::name)
                .doesNotContain("nodes");
        assertThat(nodes().all()).isEmpty();
        assertThat(StorePlaces.inHome("sqlite:/srv/home/copilot.db", Path.of("/srv/home")))
                .isTrue();
        assertThat(StorePlaces.inHome("sqlite:/srv/shared.db", Path.of("/srv/home")))
                .isFalse();
        assertThat(StorePlaces.inHome("postgresql://user@host/db", Path.of("/srv/home")))
                .isFalse();
    }

    @Test
    void aPluginThatServesNowhereOrIsStillStartingIsNoDifference() {
        Plugin serves = new Plugin("x", "1.0.0", "d1", PluginState.SERVING);
        Plugin held = new Plugin("x", "1.0.0", "d1", PluginState.HELD);
        Plugin starting = new Plugin("x", "1.1.0", "d2", PluginState.STARTING);
        Plugin failed = new Plugin("y", "1.0.0", "d3", PluginState.FAILED);
        Nodes nodes = new Nodes(List.of(
                new Node("c", List.of(starting)),
                new Node("b", List.of(held, failed)),
                new Node("a", List.of(serves))));
        assertThat(nodes.all()).extracting(Node::name).containsExactly("a", "b", "c");
        assertThat(nodes.differences()).isEmpty();
        Nodes more = new Nodes(List.of(
                new Node("a", List.of(serves)),
                new Node("b", List.of(new Plugin("x", "1.0.0", "d9", PluginState.SERVING))),
                new Node("c", List.of())));
        assertThat(more.differences())
                .containsExactly(new Difference(
                        "x",
                        List.of(
                                new Side("1.0.0", "d1", List.of("a")),
                                new Side("1.0.0", "d9", List.of("b")),
                                new Side("", "", List.of("c")))));
    }

    @Test
    void nobodyIsLetInAsTheHost() {
        Orchestrator copilot = fleet.start("a", builder -> builder);
        assertThatThrownBy(() -> copilot.forCaller(Caller.of("copilot.host", "eve")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("is the host's own");
        assertThatThrownBy(() -> copilot.erase(new TenantId("copilot.host")))
                .isInstanceOf(InvalidRequestException.class);
    }
}
