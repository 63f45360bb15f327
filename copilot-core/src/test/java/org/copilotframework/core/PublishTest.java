package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.core.fixture.Fleet;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The manifest as those change it who publish. */
class PublishTest {
    @RegisterExtension
    private final Fleet fleet = new Fleet();

    @Test
    void whatIsPublishedIsToldAndWhatWasPublishedAlreadyIsNot() {
        Path first = fleet.plugin("x", "1.0.0");
        PluginPublication published = fleet.publish(first, fleet.plugin("y", "1.0.0"));
        assertThat(published.revision()).isEqualTo(1);
        assertThat(published.changes())
                .containsExactly(
                        new PluginPublication.Change("x", null, "1.0.0"),
                        new PluginPublication.Change("y", null, "1.0.0"));
        assertThat(fleet.publish(first)).isEqualTo(new PluginPublication(1, List.of()));
        assertThat(fleet.change(List.of(fleet.plugin("x", "1.1.0")), Set.of("y"))
                        .changes())
                .containsExactly(
                        new PluginPublication.Change("x", "1.0.0", "1.1.0"),
                        new PluginPublication.Change("y", "1.0.0", null));
    }

    @Test
    void ifOneArchiveIsRefusedNothingIsPublished() throws IOException {
        Path bad = Files.writeString(fleet.built().resolve("bad.jar"), "not an archive");
        Path worse = PluginJars.plugin("worse", "1.0.0").build(fleet.built());
        assertThatThrownBy(() -> fleet.publish(fleet.plugin("x", "1.0.0"), bad, worse))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("nothing is published: ")
                .hasMessageContaining("not a ZIP")
                .hasMessageContaining("no extension");
        assertThat(fleet.hasFile(Fleet.MANIFEST)).isFalse();
    }

    @Test
    void publishersAtOnceLoseNothingOfEachOther() throws Exception {
        int publishers = 8;
        List<Path> archives = IntStream.range(0, publishers)
                .mapToObj(i -> fleet.plugin("p" + i, "1.0.0"))
                .toList();
        List<CompletableFuture<PluginPublication>> all = new ArrayList<>();
        for (Path archive : archives) {
            all.add(CompletableFuture.supplyAsync(() -> fleet.publish(archive)));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
        assertThat(all).extracting(one -> one.join().revision()).doesNotHaveDuplicates();
        fleet.start("a");
        assertThat(fleet.node("a").plugins().list()).hasSize(publishers);
        assertThat(fleet.publish(archives.get(0)).revision()).isEqualTo(publishers);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        Path first = fleet.plugin("x", "1.0.0");
        Path second = fleet.plugin("x", "1.1.0");
        assertThatThrownBy(() -> fleet.publish(first, second))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("plugin x is there in two archives");
        assertThatThrownBy(() -> fleet.change(List.of(first), Set.of("x"))).isInstanceOf(InvalidRequestException.class);
        fleet.publish(first);
        assertThatThrownBy(() -> fleet.withdraw("xx"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("did you mean x?");
        assertThatThrownBy(() ->
                        Orchestrator.builder().home(fleet.home("nobody")).publishPlugins(List.of(first), Set.of()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.plugins.manifest is not set");
    }

    @Test
    void aProviderIsNotPublished() {
        Path provider = PluginJars.plugin("store", "1.0.0")
                .manifest(PluginKind.MANIFEST_ATTRIBUTE, "provider")
                .source("plugin.Store", "package plugin; public class Store {}")
                .extension("plugin.Store")
                .build(fleet.built());
        assertThatThrownBy(() -> fleet.publish(provider))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("put it into the folder of plugins of each node");
    }

    @Test
    void aManifestThatIsNoneIsNotWrittenOver() throws IOException {
        fleet.write(Fleet.MANIFEST, "something else");
        Path archive = fleet.plugin("x", "1.0.0");
        assertThatThrownBy(() -> fleet.publish(archive))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("'plugins.json' (copilot.plugins.manifest) is no manifest");
        assertThat(fleet.file(Fleet.MANIFEST)).isEqualTo("something else");
        fleet.start("a", builder -> builder.setting("copilot.plugins.manifest", "/plugins.json"));
        assertThat(fleet.ill("a", "plugins")).contains("copilot.plugins.manifest", "is not absolute");
    }
}
