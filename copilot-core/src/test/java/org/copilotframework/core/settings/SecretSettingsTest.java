package org.copilotframework.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Name;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.core.provider.ProviderPlugins;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretSettingsTest {
    /** All that some reader of texts would take for something else. */
    private static final String HARD = "p$a${x}\\${y}\\$$ {z}:,;%41 @/?#&+=é'\"";

    record Keys(
            Secret key,
            Optional<Secret> spare,
            List<Secret> others,
            @Default("typed") Secret fallback) {}

    record Text(String text) {}

    record Optionally(Optional<String> text, Optional<Secret> secret) {}

    record Sly(
            @Default("${secret:db}") String text,
            @Default("${secret:db}") Secret secret) {}

    record Slier(
            @Default("\uFDD0db\uFDD1") String text,
            @Default("\uFDD0db\uFDD1") Secret secret) {}

    record Dotted(@Name("b.key") String text) {}

    record Number(int number, URI address) {}

    record Telltale(String text) {
        Telltale {
            throw new IllegalArgumentException("cannot use " + text + " at all");
        }
    }

    @TempDir
    Path folder;

    private final Map<String, String> overrides = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private LoadedSettings loaded;

    @BeforeEach
    void files() throws Exception {
        folder = folder.toRealPath();
        Files.createDirectory(folder.resolve("secrets"));
        overrides.put("copilot.secrets.file.folder", "secrets");
        secret("db", HARD);
    }

    @AfterEach
    void close() {
        if (loaded != null) {
            loaded.close();
        }
    }

    @Test
    void everySourceOfSettingsMayReferToASecretAndWhatItIsStaysAsItIs() throws Exception {
        environment.put("COPILOT_PLUGIN_P_TEXT", "${secret:db}");
        assertThat(text()).isEqualTo(HARD);
        environment.clear();
        Files.writeString(folder.resolve(".env"), "COPILOT_PLUGIN_P_TEXT='<${secret:db}>'\nAPP=${secret:db}\n");
        assertThat(text()).isEqualTo("<" + HARD + ">");
        Files.writeString(folder.resolve("copilot.properties"), "%dev.copilot.plugin.q.text = ${APP}");
        assertThat(load().plugin("q", Text.class).text()).isEqualTo(HARD);
        Files.createDirectory(folder.resolve(".copilot"));
        Files.writeString(
                folder.resolve(".copilot/copilot.properties"), "copilot.plugin.q.text = ${NONE:${secret:db}}!");
        assertThat(load().plugin("q", Text.class).text()).isEqualTo(HARD + "!");
        overrides.put("copilot.plugin.p.text", "${secret:db}${secret:db}");
        assertThat(text()).isEqualTo(HARD + HARD);
        overrides.put("copilot.plugin.p.text", "${secret:${WHICH:db}}");
        assertThat(text()).isEqualTo(HARD);
    }

    @Test
    void aReferenceThatIsEscapedIsNone() {
        overrides.put("copilot.plugin.p.text", "$${secret:db} \\${secret:db}");
        assertThat(text()).isEqualTo("${secret:db} ${secret:db}");
        overrides.put("copilot.plugin.p.text", "a\uFDD0db\uFDD1");
        assertThat(text()).as("what we mark references with").isEqualTo("a\uFFFDdb\uFFFD");
    }

    @Test
    void theVariablesOfTheEnvironmentComeFirst() throws Exception {
        overrides.put("copilot.plugin.p.text", "${secret:db-x.y}");
        secret("db-x.y", "of the file");
        assertThat(text()).isEqualTo("of the file");
        Files.writeString(folder.resolve(".env"), "COPILOT_SECRET_DB_X_Y=\"of .env\"\n");
        assertThat(text()).isEqualTo("of .env");
        environment.put("COPILOT_SECRET_DB_X_Y", "of ${the} environment");
        assertThat(text()).isEqualTo("of ${the} environment");
        overrides.put("copilot.secrets.sources", "file, env");
        assertThat(text()).isEqualTo("of the file");
    }

    @Test
    void withinAUrlASecretIsEncodedSoThatItsReaderFindsIt() {
        overrides.put("copilot.storage.url", "postgresql://u:${secret:db}@host:5/db?password=${secret:db}");
        StorageUrl url = StorageUrl.parse(load().core().storage().url());
        assertThat(url.password()).contains(HARD);
        assertThat(url.parameters()).containsEntry("password", HARD);
        assertThat(url.hosts()).containsExactly(new StorageUrl.Host("host", java.util.OptionalInt.of(5)));

        overrides.put("copilot.plugin.p.number", "1");
        overrides.put("copilot.plugin.p.address", "https://u:${secret:db}@example.org/x");
        URI address = load().plugin("p", Number.class).address();
        assertThat(address.getUserInfo()).isEqualTo("u:" + HARD);
        assertThat(address.getHost()).isEqualTo("example.org");
        overrides.put("copilot.plugin.p.text", "see https://example.org/ and ${secret:db}");
        assertThat(load().plugin("q", Optionally.class)).isNotNull();
        overrides.remove("copilot.plugin.p.number");
        overrides.remove("copilot.plugin.p.address");
        assertThat(text()).as("no URL any more").isEqualTo("see https://example.org/ and " + HARD);
        secret("url", "postgresql://u:p@h/d");
        overrides.put("copilot.storage.url", "${secret:url}");
        assertThat(load().core().storage().url()).as("a whole URL").isEqualTo("postgresql://u:p@h/d");
    }

    @Test
    void aPluginGetsASecretThatIsAskedForAnewAndOneThatIsTyped() {
        secret("next", "n1");
        secret("db", "d1");
        overrides.put("copilot.secrets.refresh", "50ms");
        overrides.put("copilot.plugin.p.key", "Bearer ${secret:db}/${secret:next}");
        overrides.put("copilot.plugin.p.others", "a,${secret:next}, x${secret:db}");
        Keys keys = load().plugin("p", Keys.class);
        assertThat(keys.key().value()).isEqualTo("Bearer d1/n1");
        assertThat(keys.key().previous()).isEmpty();
        assertThat(keys.spare()).isEmpty();
        assertThat(keys.others()).extracting(Secret::value).containsExactly("a", "n1", "xd1");
        assertThat(keys.fallback().value()).isEqualTo("typed");
        assertThat(keys.toString()).doesNotContain("d1", "n1", "typed", "Bearer");

        secret("db", "d2,with comma");
        await().untilAsserted(() -> assertThat(keys.key().value()).isEqualTo("Bearer d2,with comma/n1"));
        assertThat(keys.others().get(2).value()).isEqualTo("xd2,with comma");
        secret("next.previous", "n0");
        await().untilAsserted(() -> assertThat(keys.others().get(1).previous()).contains("n0"));
        assertThat(keys.key().previous())
                .hasValueSatisfying(
                        value -> assertThat(value).startsWith("Bearer ").endsWith("/n0"));
        assertThat(load().plugin("p", Keys.class).others())
                .as("a comma in a secret")
                .hasSize(3);
    }

    @Test
    void whatASecretWasBeforeIsNotSetAsLongAsThereIsNone() {
        overrides.put("copilot.plugin.p.text", "${secret:db@previous}");
        overrides.put("copilot.plugin.p.secret", "${secret:db@previous}");
        assertThat(load().plugin("p", Optionally.class)).isEqualTo(new Optionally(Optional.empty(), Optional.empty()));
        secret("db.previous", "earlier");
        Optionally read = load().plugin("p", Optionally.class);
        assertThat(read.text()).contains("earlier");
        assertThat(read.secret().orElseThrow().value()).isEqualTo("earlier");
    }

    @Test
    void aPluginCannotNameASecretItself() {
        assertThat(load().plugin("p", Sly.class).text()).isEqualTo("${secret:db}");
        assertThat(load().plugin("p", Sly.class).secret().value()).isEqualTo("${secret:db}");
        assertThat(load().plugin("p", Slier.class).text()).isEqualTo("\uFFFDdb\uFFFD");
        assertThat(load().plugin("p", Slier.class).secret().value()).isEqualTo("\uFFFDdb\uFFFD");
    }

    @Test
    void aPluginCannotReadASettingOfAPluginWhoseIdBeginsWithItsOwn() {
        overrides.put("copilot.plugin.a.b.key", "${secret:db}");
        assertThatThrownBy(() -> load().plugin("a", Dotted.class))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.plugin.a.b.key cannot be a setting here")
                .hasMessageNotContaining(HARD);
    }

    @Test
    void whatIsWrongIsToldWithTheReferenceAndNeverWithTheSecret() {
        secret("number", "4711canary");
        overrides.put("copilot.plugin.p.number", "${secret:number}");
        overrides.put("copilot.plugin.p.address", "a b ${secret:number}");
        assertThatThrownBy(() -> load().plugin("p", Number.class))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(
                        "copilot.plugin.p.number = '${secret:number}' (from the application): a whole number")
                .hasMessageContaining("copilot.plugin.p.address = 'a b ${secret:number}'")
                .hasMessageNotContaining("4711");
        overrides.put("copilot.plugin.t.text", "${secret:number}");
        assertThatThrownBy(() -> load().plugin("t", Telltale.class))
                .hasMessage("the settings below copilot.plugin.t do not go together: cannot use ***** at all");
        overrides.put("copilot.invoke.timeout", "${secret:number}");
        overrides.put("copilot.invoke.queue", "${secret:missing}");
        overrides.put("copilot.invoke.events", "${secret:}");
        overrides.put("copilot.invoke.concurrency", "${secret:${secret:db}}");
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.invoke.timeout = '${secret:number}' (from the application): a duration")
                .hasMessageContaining(
                        "copilot.invoke.queue refers to the secret 'missing': no source has it; asked were"
                                + " env (the variable COPILOT_SECRET_MISSING), file (")
                .hasMessageContaining("copilot.invoke.events refers to a secret without saying which")
                .hasMessageContaining("copilot.invoke.concurrency refers to a secret without saying which")
                .hasMessageContaining("4 settings are wrong")
                .hasMessageNotContaining("4711");
    }

    @Test
    void whatIsTypedByANameThatSaysItIsASecretIsNotShownAnywhere() {
        environment.put("SECRET_KEY", "canary-canary-canary");
        environment.put("DATABASE_URL", "postgresql://me:canary-password@host/db");
        overrides.put("copilot.invoke.timeout", "${SECRET_KEY}");
        overrides.put("copilot.invoke.queue", "${DATABASE_URL}");
        overrides.put("copilot.plugins.trust", "of canary-password");
        assertThatThrownBy(this::load)
                .hasMessageContaining("copilot.invoke.timeout = (not shown)")
                .hasMessageContaining("copilot.plugins.trust = (not shown)")
                .hasMessageNotContaining("canary");
    }

    @Test
    void theSettingsThatSayWhereSecretsComeFromReferToNone() {
        overrides.put("copilot.secrets.refresh", "${secret:db}");
        overrides.put("copilot.secrets.sources", "env,${secret:db}");
        assertThatThrownBy(this::load)
                .hasMessageContaining("copilot.secrets.refresh refers to a secret, and cannot")
                .hasMessageContaining("copilot.secrets.sources refers to a secret, and cannot");
        overrides.clear();
        overrides.put("copilot.home", "${secret:db}");
        assertThatThrownBy(this::load).hasMessageContaining("copilot.home refers to a secret, and cannot");
    }

    @Test
    void theSettingsThatFindPluginsCannotWaitForASourceOfOne() {
        overrides.put("copilot.secrets.sources", "env,vault,file");
        overrides.put("copilot.plugins.truststore.password", "${secret:trust}");
        overrides.put("copilot.invoke.timeout", "${secret:time}");
        assertThatThrownBy(this::load)
                .hasMessageContaining("copilot.plugins.truststore.password refers to a secret, and the source 'vault'")
                .hasMessageContaining("must be found in a source before that one in copilot.secrets.sources")
                .hasMessageNotContaining("invoke.timeout");
        environment.put("COPILOT_SECRET_TRUST", "x");
        LoadedSettings early = new SettingsSources()
                .overrides(overrides)
                .systemProperties(Map.of())
                .environment(environment)
                .workingDirectory(folder)
                .load();
        assertThat(early.core().plugins().truststore().password()).contains("x");
        assertThatThrownBy(() -> early.complete(ProviderPlugins.none()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.secrets.sources: no source of secrets")
                .hasMessageContaining("is named 'vault'; known names: env, file");
        early.close();
    }

    private String text() {
        return load().plugin("p", Text.class).text();
    }

    private void secret(String name, String value) {
        try {
            Path written = Files.writeString(folder.resolve("next"), value);
            Files.move(written, folder.resolve("secrets").resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LoadedSettings load() {
        close();
        loaded = new SettingsSources()
                .overrides(overrides)
                .systemProperties(Map.of())
                .environment(environment)
                .workingDirectory(folder)
                .load();
        loaded.complete(ProviderPlugins.none());
        return loaded;
    }
}
