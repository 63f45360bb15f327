package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.copilotframework.core.fixture.ProviderJars.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.core.fixture.Fleet;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that take their plugins from a manifest in the store of files. */
class ManifestTest {
    @RegisterExtension
    private final Fleet fleet = new Fleet();

    private boolean bothServe(String id, String version) {
        return fleet.answers("a", id, version) && fleet.answers("b", id, version);
    }

    private String archiveOf(String file) throws IOException {
        return file.replaceAll("(?s).*\"archive\"\\s*:\\s*\"([^\"]+)\".*", "$1");
    }

    @Test
    void allNodesServeWhatIsPublished() {
        fleet.start("a");
        assertThat(fleet.ill("a", "plugins")).contains("'plugins.json'", "is not there", "publish the first plugin");
        fleet.publish(fleet.plugin("x", "1.0.0"), fleet.plugin("y", "2.0.0"));
        fleet.start("b");
        assertThat(fleet.answers("b", "x", "1.0.0")).isTrue();
        assertThat(fleet.answers("b", "y", "2.0.0")).isTrue();
        await().until(() -> bothServe("x", "1.0.0") && bothServe("y", "2.0.0"));
        assertThat(fleet.ill("a", "plugins")).isEmpty();
        assertThat(fleet.status("a", "x").origin()).isEqualTo("plugins.json#x");
    }

    @Test
    void noCallFailsWhileANewVersionGoesRound() throws Exception {
        fleet.publish(fleet.plugin("x", "1.0.0"));
        fleet.start("a");
        fleet.start("b");
        AtomicBoolean on = new AtomicBoolean(true);
        AtomicInteger calls = new AtomicInteger();
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (String node : List.of("a", "b")) {
            Client client = fleet.node(node).forCaller(Caller.local());
            callers.add(CompletableFuture.runAsync(() -> {
                while (on.get()) {
                    assertThat(client.invoke("x", "?").text()).startsWith("1.");
                    calls.incrementAndGet();
                }
            }));
        }
        for (int minor = 1; minor <= 5; minor++) {
            String version = "1." + minor + ".0";
            fleet.publish(fleet.plugin("x", version));
            await().until(() -> bothServe("x", version));
        }
        on.set(false);
        CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new)).get();
        assertThat(calls.get()).isPositive();
    }

    @Test
    void anEarlierVersionIsPublishedLikeAnyOther() {
        Path first = fleet.plugin("x", "1.0.0");
        fleet.publish(first);
        fleet.publish(fleet.plugin("x", "1.1.0"));
        fleet.start("a");
        assertThat(fleet.answers("a", "x", "1.1.0")).isTrue();
        PluginPublication back = fleet.publish(first);
        assertThat(back.changes()).containsExactly(new PluginPublication.Change("x", "1.1.0", "1.0.0"));
        await().until(() -> fleet.answers("a", "x", "1.0.0"));
    }

    @Test
    void aWithdrawnPluginServesNowhere() {
        fleet.publish(fleet.plugin("x", "1.0.0"), fleet.plugin("y", "1.0.0"));
        fleet.start("a");
        fleet.withdraw("x");
        await().until(() -> !fleet.known("a", "x"));
        fleet.start("b");
        assertThat(fleet.known("b", "x")).isFalse();
        assertThat(bothServe("y", "1.0.0")).isTrue();
    }

    @Test
    void aNodeThatIsClosedAsksTheStoreOfFilesForNothingMore() {
        fleet.publish(fleet.plugin("x", "1.0.0"));
        fleet.start("a");
        fleet.blobs("a").silence();
        await().until(() -> fleet.blobs("a").asking() > 0);

        fleet.stop("a");

        assertThat(fleet.blobs("a").asking()).isZero();
    }

    @Test
    void whatWasWithdrawnWhileANodeWasDownServesThereNoMore() {
        fleet.publish(fleet.plugin("x", "1.0.0"), fleet.plugin("y", "1.0.0"));
        fleet.start("a");
        fleet.stop("a");
        fleet.withdraw("x");
        fleet.start("a");
        assertThat(fleet.known("a", "x")).isFalse();
        assertThat(fleet.answers("a", "y", "1.0.0")).isTrue();
    }

    @Test
    void aVersionThatDoesNotStartLeavesTheOldServingOnEachNode() {
        fleet.publish(fleet.plugin("x", "1.0.0"));
        fleet.start("a");
        fleet.publish(PluginJars.plugin("x", "1.1.0")
                .agent("x", "return null;", "public X() { throw new IllegalStateException(\"made up\"); }")
                .build(fleet.built()));
        await().until(() -> fleet.status("a", "x").reason().contains("made up"));
        assertThat(fleet.status("a", "x").reason()).contains("version 1.1.0 in plugins.json#x does not serve");
        assertThat(fleet.ill("a", "plugins")).contains("made up");
        assertThat(fleet.answers("a", "x", "1.0.0")).isTrue();
        fleet.start("a");
        assertThat(fleet.answers("a", "x", "1.0.0")).isTrue();
        fleet.publish(fleet.plugin("x", "1.2.0"));
        await().until(() -> fleet.answers("a", "x", "1.2.0"));
        assertThat(fleet.status("a", "x").reason()).isEmpty();
    }

    @Test
    void anArchiveThatIsNotWhatWasPublishedIsNotLoadedUntilItIsGoodAgain() throws IOException {
        Path archive = fleet.plugin("x", "1.0.0");
        fleet.publish(archive);
        String place = archiveOf(fleet.file(Fleet.MANIFEST));
        fleet.write(place, "something else");
        fleet.start("a");
        assertThat(fleet.status("a", "x").state()).isEqualTo(PluginState.FAILED);
        assertThat(fleet.status("a", "x").reason()).contains("its digest is");
        assertThat(fleet.publish(archive).changes()).isEmpty();
        await().until(() -> fleet.answers("a", "x", "1.0.0"));
        assertThat(fleet.ill("a", "plugins")).isEmpty();
    }

    @Test
    void anArchiveThatIsMissingIsTakenOnceItIsThere() throws IOException {
        Path archive = fleet.plugin("x", "1.1.0");
        fleet.publish(fleet.plugin("x", "1.0.0"));
        fleet.start("a");
        fleet.publish(archive);
        fleet.delete(archiveOf(fleet.file(Fleet.MANIFEST)));
        fleet.start("a");
        await().until(() ->
                fleet.answers("a", "x", "1.1.0") || fleet.ill("a", "plugins").contains("cannot be fetched"));
        fleet.start("b");
        assertThat(fleet.status("b", "x").reason()).contains("cannot be fetched", "it is not in the store of files");
        fleet.publish(archive);
        await().until(() -> bothServe("x", "1.1.0"));
    }

    @Test
    void anArchiveThatHoldsAnotherPluginIsRefused() throws IOException {
        fleet.publish(fleet.plugin("x", "1.0.0"));
        fleet.write(Fleet.MANIFEST, fleet.file(Fleet.MANIFEST).replace("\"1.0.0\"", "\"1.0.1\""));
        fleet.start("a");
        assertThat(fleet.status("a", "x").reason()).contains("it holds plugin x 1.0.0, and the manifest says x 1.0.1");
    }

    @Test
    void aManifestThatIsNoneChangesNothingAndIsTold() throws IOException {
        fleet.publish(fleet.plugin("x", "1.0.0"));
        fleet.start("a");
        String good = fleet.file(Fleet.MANIFEST);
        fleet.write(Fleet.MANIFEST, good.substring(0, good.length() / 2));
        await().until(() -> fleet.ill("a", "plugins").contains("is no manifest"));
        assertThat(fleet.ill("a", "plugins")).contains("'plugins.json'", "this is not JSON", "what serves goes on");
        assertThat(fleet.answers("a", "x", "1.0.0")).isTrue();
        fleet.write(Fleet.MANIFEST, good.replace("\"format\" : 1", "\"format\" : 2"));
        await().until(() -> fleet.ill("a", "plugins").contains("format 2"));
        fleet.write(Fleet.MANIFEST, good);
        await().until(() -> fleet.ill("a", "plugins").isEmpty());
        fleet.delete(Fleet.MANIFEST);
        await().until(() -> fleet.ill("a", "plugins").contains("is not there"));
        assertThat(fleet.answers("a", "x", "1.0.0")).isTrue();
    }

    @Test
    void withoutTheStoreOfFilesWhatServedBeforeServesAgain() {
        fleet.publish(fleet.plugin("x", "1.0.0"));
        fleet.start("a");
        fleet.blobs("a").cut(true);
        await().until(() -> fleet.ill("a", "plugins").contains("cut this node off"));
        fleet.start("a");
        assertThat(fleet.answers("a", "x", "1.0.0")).isTrue();
        assertThat(fleet.ill("a", "plugins")).contains("cannot be read", "cut this node off");
        fleet.blobs("b").cut(true);
        fleet.start("b");
        assertThat(fleet.known("b", "x")).isFalse();
        assertThat(fleet.ill("b", "plugins")).contains("cannot be read");
        fleet.publish(fleet.plugin("x", "1.1.0"));
        fleet.blobs("a").cut(false);
        fleet.blobs("b").cut(false);
        await().until(() -> bothServe("x", "1.1.0"));
        assertThat(fleet.ill("a", "plugins")).isEmpty();
    }

    @Test
    void whatWasWithdrawnMeanwhileGoesWhenTheManifestCanBeReadAgain() {
        fleet.publish(fleet.plugin("x", "1.0.0"), fleet.plugin("y", "1.0.0"));
        fleet.start("a");
        fleet.blobs("a").cut(true);
        fleet.start("a");
        fleet.withdraw("x");
        assertThat(fleet.answers("a", "x", "1.0.0")).isTrue();
        fleet.blobs("a").cut(false);
        await().until(() -> !fleet.known("a", "x"));
        assertThat(fleet.answers("a", "y", "1.0.0")).isTrue();
    }

    @Test
    void whatTheManifestSaysIsChangedThereOnly() {
        fleet.publish(fleet.plugin("x", "1.0.0"));
        fleet.publish(fleet.plugin("x", "1.1.0"));
        Plugins plugins = fleet.start("a").plugins();
        Path more = fleet.plugin("more", "1.0.0");
        assertThatThrownBy(() -> plugins.install(more))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("copilot.plugins.manifest")
                .hasMessageContaining("plugins publish FILE");
        assertThatThrownBy(() -> plugins.remove("x"))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("plugins publish --remove ID");
        assertThatThrownBy(() -> plugins.rollback("x")).isInstanceOf(ConflictException.class);
        assertThat(plugins.reload("x").to()).isEqualTo("1.1.0");
        assertThat(plugins.publish(List.of(more), Set.of("x")).revision()).isEqualTo(3);
        await().until(() -> fleet.answers("a", "more", "1.0.0") && !fleet.known("a", "x"));
    }

    @Test
    void besideAManifestNothingElseServesAndAllOfItIsThereAgainWithoutOne() throws IOException {
        Path inbox = Files.createDirectories(fleet.folder().resolve("inbox"));
        fleet.publish(fleet.plugin("x", "1.0.0"));
        Path installed = fleet.plugin("installed", "1.0.0");
        Path bundled = fleet.plugin("bundled", "1.0.0");
        Files.copy(fleet.plugin("dropped", "1.0.0"), inbox.resolve("dropped.jar"));
        fleet.start("a", builder -> builder.plugins(inbox).bundled(bundled))
                .plugins()
                .install(installed);
        fleet.start(
                "a",
                builder -> builder.plugins(inbox).bundled(bundled).setting("copilot.plugins.manifest", Fleet.MANIFEST));
        assertThat(fleet.node("a").plugins().list())
                .extracting(PluginStatus::id)
                .containsExactly("x");
        fleet.start("a", builder -> builder.plugins(inbox).bundled(bundled));
        assertThat(fleet.node("a").plugins().list())
                .extracting(PluginStatus::id)
                .containsExactly("bundled", "dropped", "installed");
    }

    @Test
    void aNodeWhoseHomeCannotBeWrittenTakesTheManifestToo() throws IOException {
        fleet.publish(fleet.plugin("x", "1.0.0"));
        Path home = Files.createFile(fleet.folder().resolve("file")).resolve("home");
        fleet.start("a", builder -> builder.home(home).setting("copilot.plugins.manifest", Fleet.MANIFEST));
        assertThat(fleet.answers("a", "x", "1.0.0")).isTrue();
    }

    @Test
    void aStoreOfFilesThatIsSilentKeepsNoNodeFromStarting() {
        fleet.publish(fleet.plugin("x", "1.0.0"));
        fleet.start("a");
        Runnable answers = fleet.blobs("a").silence();
        fleet.start(
                "a",
                builder -> builder.setting("copilot.plugins.manifest", Fleet.MANIFEST)
                        .setting("copilot.plugins.start-timeout", "2s"));
        assertThat(fleet.answers("a", "x", "1.0.0")).isTrue();
        assertThat(fleet.ill("a", "plugins")).contains("was not read within 1000 ms");
        fleet.publish(fleet.plugin("x", "1.1.0"));
        answers.run();
        await().until(() -> fleet.answers("a", "x", "1.1.0"));
        assertThat(fleet.ill("a", "plugins")).isEmpty();
    }

    @Test
    void aProviderStillComesFromTheFolder() throws IOException {
        Path inbox = Files.createDirectories(fleet.folder().resolve("inbox"));
        provider("tape", "1.0.0", "tape").build(inbox);
        fleet.publish(fleet.plugin("x", "1.0.0"));
        fleet.start(
                "a",
                builder -> builder.plugins(inbox)
                        .setting("copilot.plugins.manifest", Fleet.MANIFEST)
                        .setting("copilot.storage.url", "tape:x"));
        assertThat(fleet.answers("a", "x", "1.0.0")).isTrue();
        assertThat(fleet.status("a", "tape").state()).isEqualTo(PluginState.SERVING);
    }

    @Test
    void severalVersionsThatNeedEachOtherGoRoundTogether() {
        fleet.publish(base("1.0.0"), user("1.0.0", "base@>=1.0.0"));
        fleet.start("a");
        assertThat(fleet.answers("a", "user", "1.0.0")).isTrue();
        fleet.publish(base("2.0.0"), user("2.0.0", "base@>=2.0.0"));
        await().until(() -> fleet.answers("a", "user", "2.0.0") && fleet.answers("a", "base", "2.0.0"));
        assertThat(fleet.ill("a", "plugins")).isEmpty();
        fleet.withdraw("base", "user");
        await().until(() -> fleet.node("a").plugins().list().isEmpty());
    }

    private Path base(String version) {
        return fleet.plugin("base", version);
    }

    private Path user(String version, String need) {
        return PluginJars.plugin("user", version)
                .agent("user", "return AgentReply.text(\"" + version + "\");")
                .dependsOn(need)
                .build(fleet.built());
    }
}
