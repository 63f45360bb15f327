package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.fixture.ProviderJars;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A host whose secrets come from a source that a plugin brings. */
class SecretSourcesTest {
    private static final String CONTENT = "copilot.test.vault";
    private static final String DOWN = "down";

    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    private final Map<String, String> content = new ConcurrentHashMap<>();

    @BeforeEach
    void vault() {
        System.getProperties().put(CONTENT, content);
        vault("vault").build(bed.inbox());
        bed.with("copilot.secrets.sources", "env,vault").with("copilot.secrets.refresh", "50ms");
    }

    @AfterEach
    void forget() {
        System.getProperties().remove(CONTENT);
    }

    private static PluginJars vault(String id) {
        return PluginJars.plugin(id, "1.0.0")
                .manifest(PluginKind.MANIFEST_ATTRIBUTE, "provider")
                .source("plugin.Vault", """
                        package plugin;

                        import java.time.Duration;
                        import java.util.*;
                        import org.copilotframework.api.agent.Default;
                        import org.copilotframework.api.error.*;
                        import org.copilotframework.api.spi.*;
                        import org.copilotframework.api.spi.secret.*;

                        public class Vault implements SecretSourceProvider {
                            public record Settings(@Default("") String prefix) {}

                            public String name() {
                                return "vault";
                            }

                            public SecretSource open(ProviderContext context) {
                                String prefix = context.settings(Settings.class).prefix();
                                return new SecretSource() {
                                    public Optional<SecretValue> read(String name) {
                                        ClassLoader own = Vault.class.getClassLoader();
                                        if (Thread.currentThread().getContextClassLoader() != own) {
                                            throw new IllegalStateException("another context class loader");
                                        }
                                        System.getProperties().put("copilot.test.loader.vault",
                                                new java.lang.ref.WeakReference<>(own));
                                        String value = ((Map<String, String>) System.getProperties().get("%s"))
                                                .get(prefix + name);
                                        if ("%s".equals(value)) {
                                            throw new UnavailableException("no route to the vault", Duration.ofMillis(1));
                                        }
                                        return Optional.ofNullable(value).map(SecretValue::of);
                                    }

                                    public void close() {}
                                };
                            }
                        }
                        """.formatted(CONTENT, DOWN))
                .extension("plugin.Vault");
    }

    /** An agent that says what its key is, and what it was. */
    private void keyed() {
        PluginJars.plugin("keyed", "1.0.0").agent("keyed", """
                        return AgentReply.text(keys.key().value() + " before " + keys.key().previous().orElse("none"));
                        """, """
                        public record Keys(Secret key) {}
                        private Keys keys;
                        public void start(PluginContext plugin) {
                            keys = plugin.settings(Keys.class);
                        }
                        """).build(bed.inbox());
    }

    @Test
    void aPluginBringsASourceAndAnyOtherSettingRefersToItsSecrets() {
        content.put("pre/storage", "memory:of-the-vault");
        content.put("pre/time", "17s");
        bed.with("copilot.secrets.vault.prefix", "pre/")
                .with("copilot.storage.url", "${secret:storage}")
                .with("copilot.invoke.timeout", "${secret:time}")
                .start();
        assertThat(bed.status("vault").state()).isEqualTo(PluginState.SERVING);
        assertThat(bed.copilot().health().parts()).contains(new Health.Part("secrets", Health.Status.OK, ""));
        bed.close();
        await().atMost(Duration.ofMinutes(1)).until(() -> ProviderJars.collected("vault"));
    }

    @Test
    void aSecretIsChangedWithoutARestartAndTheOneBeforeHonouredForAWhile() {
        keyed();
        content.put("k", "first");
        bed.with("copilot.plugin.keyed.key", "${secret:k}").start();
        assertThat(bed.ask("keyed")).isEqualTo("first before none");
        content.put("k", "second");
        await().until(() -> bed.ask("keyed").startsWith("second before "));
        await().until(() -> bed.ask("keyed").equals("second before none"));
    }

    @Test
    void whileASourceIsDownItsLastValuesGoOnAndHealthSaysSo() {
        keyed();
        content.put("k", "hush-first");
        bed.with("copilot.plugin.keyed.key", "${secret:k}").start();
        content.put("k", DOWN);
        await().untilAsserted(() -> assertThat(bed.copilot().health().parts())
                .filteredOn(part -> part.name().equals("secrets"))
                .singleElement()
                .satisfies(part -> {
                    assertThat(part.status()).isEqualTo(Health.Status.DEGRADED);
                    assertThat(part.reason())
                            .startsWith("the secret 'k' cannot be read since ")
                            .endsWith(
                                    "its last value goes on: its source 'vault' cannot be asked: no route to the vault")
                            .doesNotContain("hush");
                }));
        assertThat(bed.ask("keyed")).isEqualTo("hush-first before none");
        content.put("k", "second");
        await().until(() -> bed.copilot().health().status() == Health.Status.OK);
        assertThat(bed.ask("keyed")).startsWith("second");
    }

    @Test
    void aPluginStartsWhileTheSourceOfItsSecretIsDownAndWorksOnceItIsThere() {
        keyed();
        content.put("k", DOWN);
        bed.with("copilot.plugin.keyed.key", "${secret:k}").start();
        assertThat(bed.status("keyed").state()).isEqualTo(PluginState.SERVING);
        assertThatThrownBy(() -> bed.ask("keyed"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("the secret 'k' was never read");
        content.put("k", "there");
        await().ignoreExceptions().until(() -> bed.ask("keyed").startsWith("there"));
    }

    @Test
    void whatIsMissingOrDownIsToldAtTheStartWithItsSetting() {
        keyed();
        bed.with("copilot.plugin.keyed.key", "${secret:nowhere}").start();
        assertThat(bed.status("keyed").state()).isEqualTo(PluginState.FAILED);
        assertThat(bed.status("keyed").reason())
                .contains(
                        "copilot.plugin.keyed.key refers to the secret 'nowhere': no source has it; asked were env (the"
                                + " variable COPILOT_SECRET_NOWHERE), vault");
        bed.close();
        bed.with("copilot.storage.url", "memory:${secret:nowhere}");
        assertThatThrownBy(bed::start)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.storage.url refers to the secret 'nowhere': no source has it");
        content.put("nowhere", DOWN);
        assertThatThrownBy(bed::start)
                .isInstanceOf(UnavailableException.class)
                .hasMessage(
                        "copilot.storage.url refers to the secret 'nowhere': its source 'vault' cannot be asked: no route"
                                + " to the vault");
    }

    @Test
    void whatAProviderSaysOfASettingIsToldWithoutTheSecretInIt() {
        content.put("bad", "hush-canary-value");
        bed.with("copilot.blobs.provider", "${secret:bad}");
        assertThatThrownBy(bed::start)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("is named '*****'")
                .hasMessageNotContaining("canary");
        bed.with("copilot.blobs.provider", "local").with("copilot.storage.url", "${secret:bad}:x");
        assertThatThrownBy(bed::start).hasMessageNotContaining("canary").hasNoCause();
    }

    @Test
    void twoSourcesOfOneNameAreRefused() {
        vault("other").build(bed.inbox());
        assertThatThrownBy(bed::start)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("two sources of secrets are named 'vault': plugin.Vault (plugin other 1.0.0");
    }
}
