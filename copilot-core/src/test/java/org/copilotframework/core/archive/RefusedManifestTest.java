package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each manifest that says too little, or what cannot be, is refused with a message that names the fix. */
class RefusedManifestTest extends ArchiveRefusals {
    @Test
    void noManifest() {
        assertRefused(good().withoutManifest().build(folder), "no manifest", "inherit copilot-plugin-parent");
    }

    @Test
    void noId() {
        assertRefused(good().without("Plugin-Id").build(folder), "no Plugin-Id", "inherit copilot-plugin-parent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc", "a b", ".hidden", "-x", "a/b", "a\\b", "ü"})
    void hostileId(String id) {
        assertRefused(good().manifest("Plugin-Id", id).build(folder), "is not an id", "use 1 to 128 ASCII letters");
    }

    @Test
    void idThatIsTooLong() {
        assertRefused(good().manifest("Plugin-Id", "a".repeat(129)).build(folder), "is not an id", "1 to 128");
        assertAccepted(good().manifest("Plugin-Id", "a".repeat(128)).build(folder));
    }

    @Test
    void noVersion() {
        assertRefused(
                good().without("Plugin-Version").build(folder), "no Plugin-Version", "inherit copilot-plugin-parent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${project.version}", "latest", "1.0.0.Final", "1,0", "01.0.0", "1.0.0-", "v1"})
    void badVersion(String version) {
        assertRefused(good().manifest("Plugin-Version", version).build(folder), version, "write it as 1.2.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {">=99999999999999999999", "^9223372036854775807", "("})
    void badConstraint(String constraint) {
        String hostile = constraint.equals("(") ? constraint.repeat(30_000) : constraint;
        assertRefused(
                good().manifest("Plugin-Dependencies", "x@" + hostile).build(folder),
                "Plugin-Dependencies has 'x@" + constraint,
                "write it as other-plugin@>=1.0");
    }

    @Test
    void badDependency() {
        assertRefused(good().dependsOn("other@latest").build(folder), "'other@latest'", "other-plugin@>=1.0");
        assertRefused(good().dependsOn("../x").build(folder), "'../x'", "other-plugin@>=1.0");
    }

    @Test
    void noGeneration() {
        assertRefused(good().without("Copilot-Api").build(folder), "no Copilot-Api", "inherit copilot-plugin-parent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "999", "one", "-1", "1.0"})
    void wrongGeneration(String generation) {
        assertRefused(
                good().manifest("Copilot-Api", generation).build(folder),
                "built for API generation '" + generation + "'",
                "this host has generation 1",
                "rebuild it against");
    }

    @Test
    void unknownSwap() {
        assertRefused(
                good().manifest("Copilot-Swap", "hot").build(folder), "Copilot-Swap 'hot'", "rolling", "exclusive");
    }

    @Test
    void requiresIsAWarning() throws Exception {
        Path jar = good().manifest("Plugin-Requires", ">=3").build(folder);
        assertThat(store.accept(jar, null, false).info().warnings())
                .singleElement()
                .asString()
                .contains("Plugin-Requires");
    }

    /** As that of a signed archive of many classes. */
    @Test
    void aManifestThatIsTooLargeToBeKeptIsReadByEachRule() throws Exception {
        PluginJars large = good();
        for (int i = 0; i < 6_000; i++) {
            large.manifest("X-" + i, "x".repeat(50));
        }
        StoredPlugin stored = store.accept(large.build(folder), null, false);
        assertThat(store.reopen(stored.info().digest())).isEqualTo(stored);
        assertRefused(large.manifest("Class-Path", "../evil.jar").build(folder), "Class-Path '../evil.jar'");
        assertRefused(large.without("Class-Path").without("Plugin-Version").buildZip(folder), "no Plugin-Version");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        Path jar = good().manifest("Plugin-Version", "x")
                .manifest("Copilot-Api", "7")
                .withoutIndex()
                .build(folder);
        RefusedArchiveException refused = assertRefused(jar, "Plugin-Version", "generation '7'", "no extension");
        assertThat(refused.problems()).hasSize(3);
        assertThat(refused.ref()).isEmpty();
        RefusedArchiveException named = assertRefused(good().withoutIndex().build(folder), "no extension");
        assertThat(named.ref()).contains(new PluginRef("good", "1.0.0"));
    }

    @Test
    void ofManyProblemsTheFirstAreTold() {
        PluginJars many = good();
        for (int i = 0; i < 40; i++) {
            many.entry("../f" + i, new byte[1]);
        }
        RefusedArchiveException refusal = refusal(store, many.build(folder), null);
        assertThat(refusal.problems()).hasSize(21).last().asString().contains("and 20 more");
    }
}
