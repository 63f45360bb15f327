package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.fixture.ProviderJars;
import org.copilotframework.core.fixture.SigningIdentity;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where signatures are asked for, no code of an archive without one runs, whichever way it comes. */
class SignedPluginsTest {
    private static final SigningIdentity ACME = SigningIdentity.selfSigned("Acme");
    private static final SigningIdentity STRANGER = SigningIdentity.selfSigned("Stranger");

    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    @BeforeEach
    void askForSignatures() {
        trust(ACME);
    }

    private void trust(SigningIdentity... trusted) {
        bed.with("copilot.plugins.trust", "signed")
                .with(
                        "copilot.plugins.truststore.path",
                        SigningIdentity.truststore(bed.built(), "secret", trusted)
                                .toString())
                .with("copilot.plugins.truststore.password", "secret");
    }

    private PluginJars plugin(String version) {
        return PluginJars.plugin("x", version).agent("x", "return AgentReply.text(\"" + version + "\");");
    }

    @Test
    void aSignedPluginServesFromTheFolderAndAnUnsignedOneDoesNot() throws IOException {
        ACME.sign(plugin("1.0.0").build(bed.inbox()));
        Path mark = bed.built().resolve("ran");
        PluginJars.plugin("y", "1.0.0")
                .agent(
                        "y",
                        "return AgentReply.text(\"y\");",
                        "static { try { java.nio.file.Files.createFile(java.nio.file.Path.of(\"" + mark
                                + "\")); } catch (java.io.IOException e) { throw new IllegalStateException(e); } }")
                .build(bed.inbox());
        bed.start();

        assertThat(bed.ask("x")).isEqualTo("1.0.0");
        assertThat(bed.status("y").state()).isEqualTo(PluginState.FAILED);
        assertThat(bed.status("y").reason()).contains("it is not signed", "copilot plugins sign");
        assertThat(mark).doesNotExist();
        ACME.sign(bed.inbox().resolve("y-1.0.0.jar"));
        await().until(() -> bed.status("y").state() == PluginState.SERVING);
        assertThat(mark).exists();
    }

    @Test
    void anOperationRefusesWhatAStrangerSignedAndTheOldServesOn() {
        bed.start();
        bed.plugins().install(ACME.sign(plugin("1.0.0").build(bed.built())));
        Path bad = STRANGER.sign(plugin("2.0.0").build(bed.built()));

        assertThatThrownBy(() -> bed.plugins().install(bad))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("it is signed by CN=Stranger");
        assertThatThrownBy(() -> bed.plugins().verify(bad)).hasMessageContaining("it is signed by CN=Stranger");
        assertThat(bed.ask("x")).isEqualTo("1.0.0");
        PluginCheck good = bed.plugins().verify(bed.built().resolve("x-1.0.0.jar"));
        assertThat(good.signers()).singleElement().satisfies(signer -> {
            assertThat(signer.name()).isEqualTo("CN=Acme");
            assertThat(signer.trusted()).isTrue();
        });
    }

    @Test
    void whatWasInstalledBeforeIsCheckedAtTheNextStart() {
        bed.start();
        bed.plugins().install(ACME.sign(plugin("1.0.0").build(bed.built())));
        bed.restart();
        assertThat(bed.ask("x")).isEqualTo("1.0.0");

        trust(STRANGER);
        bed.restart();
        assertThat(bed.copilot().agents().list()).isEmpty();
        assertThat(bed.status("x").state()).isEqualTo(PluginState.FAILED);
        assertThat(bed.status("x").reason()).contains("it is signed by CN=Acme", "who is not in");

        trust(ACME);
        bed.restart();
        assertThat(bed.ask("x")).isEqualTo("1.0.0");
    }

    @Test
    void aRollbackGoesToWhatIsTrustedOnly() {
        bed.with("copilot.plugins.trust", "any").start();
        bed.plugins().install(plugin("1.0.0").build(bed.built()));
        bed.plugins().install(ACME.sign(plugin("2.0.0").build(bed.built())));
        trust(ACME);
        bed.restart();

        assertThatThrownBy(() -> bed.plugins().rollback("x"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("it is not signed");
        assertThat(bed.ask("x")).isEqualTo("2.0.0");
    }

    @Test
    void aSecondProcessOnTheHomeAsksForSignaturesToo() {
        bed.with("copilot.plugins.trust", "any").start();
        bed.plugins().install(plugin("1.0.0").build(bed.built()));

        try (Orchestrator second = Orchestrator.builder()
                .home(bed.home())
                .setting("copilot.plugins.trust", "signed")
                .setting(
                        "copilot.plugins.truststore.path",
                        SigningIdentity.truststore(bed.built(), "secret", ACME).toString())
                .setting("copilot.plugins.truststore.password", "secret")
                .start()) {
            assertThat(second.agents().list()).isEmpty();
            assertThat(second.plugins().list())
                    .singleElement()
                    .satisfies(status -> assertThat(status.reason()).contains("it is not signed"));
        }
    }

    @Test
    void aProviderNeedsASignatureToo() throws IOException {
        Path provider = ProviderJars.provider("tape", "1.0.0", "tape").build(bed.inbox());
        bed.start();
        assertThat(bed.status("tape").state()).isEqualTo(PluginState.FAILED);
        assertThat(bed.status("tape").reason()).contains("it is not signed");

        Path unsigned = Files.copy(provider, bed.built().resolve("copy.jar"));
        ACME.sign(provider);
        bed.with("copilot.storage.url", "tape:x").restart();
        assertThat(bed.status("tape").state()).isEqualTo(PluginState.SERVING);

        // What comes while the host runs is told at once, not at the next start.
        Files.copy(unsigned, provider, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        await().until(() -> bed.status("tape").reason().contains("it is not signed"));
    }

    @Test
    void aTruststoreThatIsNotThereStopsTheStart() {
        bed.with("copilot.plugins.truststore.path", bed.built().resolve("none").toString());
        assertThatThrownBy(bed::start)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.plugins.truststore.path");
        TestBed none = bed.with("copilot.plugins.truststore.path", "");
        assertThatThrownBy(none::start)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.plugins.trust is signed, but copilot.plugins.truststore.path");
    }
}
