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
import org.copilotframework.core.secret.Redaction;
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

    record Empty(@Default("") Optional<Secret> secret) {}

    record Branch(String bText) {}

    record Place(Path tokenFile, int maxTokens) {}

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
        environment.put("COPILOT_SECRET_DB_X_Y", "");
        assertThat(text()).as("what is empty is not set").isEqualTo("of .env");
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
        assertThat(load().plugin("p", Optionally.class)).isEqualTo(new Optionally(Optional.empty(), Optional.empty()));
        secret("db.previous", "earlier");
        assertThat(load().plugin("p", Optionally.class).text()).contains("earlier");
    }

    @Test
    void aSecretThatTellsWhatItWasBeforeIsNotReferredToAsItWas() {
        secret("db.previous", "earlier");
        overrides.put("copilot.plugin.p.secret", "Bearer ${secret:db@previous}");
        assertThatThrownBy(() -> load().plugin("p", Optionally.class))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.plugin.p.secret refers to ${secret:db@previous}, and whoever reads it")
                .hasMessageEndingWith("write ${secret:db}");
    }

    @Test
    void aVariableThatMayBeMeantForTwoPluginsIsGivenToOne() throws Exception {
        environment.put("COPILOT_PLUGIN_A_B_TEXT", "${secret:db}");
        LoadedSettings settings = load();
        assertThat(settings.plugin("a-b", Text.class).text()).isEqualTo(HARD);
        assertThat(settings.plugin("a-b", Text.class).text())
                .as("when it is loaded anew")
                .isEqualTo(HARD);
        assertThatThrownBy(() -> settings.plugin("a.b", Text.class))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.plugin.a.b.text (from the environment): the variable"
                        + " COPILOT_PLUGIN_A_B_TEXT is a setting of plugin a-b too")
                .hasMessageNotContaining(HARD);
        assertThatThrownBy(() -> settings.plugin("a", Branch.class)).hasMessageContaining("copilot.plugin.a.b-text");
        environment.clear();
        Files.writeString(
                folder.resolve("copilot.properties"), "copilot.plugin.a-b.text = one\ncopilot.plugin.a.b-text = two\n");
        LoadedSettings apart = load();
        assertThat(apart.plugin("a-b", Text.class).text()).isEqualTo("one");
        assertThat(apart.plugin("a", Branch.class).bText()).isEqualTo("two");
    }

    @Test
    void aPluginCannotNameASecretItself() {
        assertThat(load().plugin("p", Empty.class).secret()).isEmpty();
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
    void whatATypedSecretRefersToIsNotShownEither() {
        environment.put("OPENAI", "canary-of-openai");
        environment.put("DB_PASS", "canary-of-db");
        environment.put("DATABASE_URL", "postgresql://me:${DB_PASS}@host/db");
        overrides.put("copilot.plugin.p.api-key", "${OPENAI}");
        overrides.put("copilot.plugin.p.token", "x${NOBODY}canary");
        Redaction redaction = load().redaction();
        assertThat(redaction.of("401 for canary-of-openai; me:canary-of-db@host"))
                .isEqualTo("401 for *****; me:*****@host");
        assertThat(redaction.of("cannot read x${NOBODY}canary"))
                .as("what cannot be expanded, as it is")
                .isEqualTo("cannot read *****");
    }

    @Test
    void whatIsASecretByTheFormOfItsTextIsNotShown() {
        secret("storage", "postgresql://u:canary1@h/d?sslpassword=canary2%21&application=a@b");
        secret("blobs", "DefaultEndpointsProtocol=https;AccountName=name;AccountKey=canary3==;EndpointSuffix=suffix");
        overrides.put("copilot.plugin.p.text", "${secret:storage} ${secret:blobs}");
        environment.put("REPORTS", "https://h.example.org/x?sv=2024&sig=canary4&se=2027");
        environment.put("OTHER_URL", "tape://u:can@ary5@h1,h2/d?email=a@b");
        environment.put("COPILOT_BLOBS_AZURE_ACCOUNT_KEY", "k3y+==");
        environment.put("COPILOT_TOKEN", "copilot");
        text();
        Redaction redaction = loaded.redaction();
        assertThat(redaction.of("canary1 canary2%21 canary2! canary3== canary4 can@ary5 k3y+=="))
                .isEqualTo("***** ***** ***** ***** ***** ***** *****");
        assertThat(redaction.of("application name suffix https h.example.org 2024 tape copilot"))
                .as("the rest")
                .doesNotContain("*");
    }

    @Test
    void aFieldOfJsonMayBeASecretToo() {
        secret("account", """
                {"type": "service_account", "private_key_id": "8f1c",
                 "private_key" : "-----BEGIN-----\\nMIIE\\/canary6+\\u003d\\n", "client_email": "a@b.example",
                 "token_uri": "https://oauth2.example/token"}""");
        overrides.put("copilot.plugin.p.text", "${secret:account}");
        environment.put("VCAP_SERVICES", "{\"db\":{\"user\":\"me\",\"password\":\"canary\\\"7\"}}");
        text();
        Redaction redaction = loaded.redaction();
        assertThat(redaction.of("key -----BEGIN-----\nMIIE/canary6+=\n. canary\"7 canary\\\"7"))
                .isEqualTo("key *****. ***** *****");
        assertThat(redaction.of("service_account a@b.example https://oauth2.example/token me db"))
                .as("the rest")
                .doesNotContain("*");
    }

    @Test
    void whereASecretIsKeptIsNone() {
        overrides.put("copilot.secrets.refresh", "sometimes");
        overrides.put("copilot.plugin.p.token-file", "/run/tokens/p");
        overrides.put("copilot.plugin.p.max-tokens", "plenty");
        overrides.put("copilot.plugin.p.tokenizer", "sentencepiece");
        overrides.put("copilot.plugin.p.token-url", "https://oauth2.example/x");
        assertThatThrownBy(this::load).hasMessageContaining("copilot.secrets.refresh = 'sometimes'");
        overrides.remove("copilot.secrets.refresh");
        assertThatThrownBy(() -> load().plugin("p", Place.class))
                .hasMessageContaining("copilot.plugin.p.max-tokens = 'plenty'");
        overrides.put("copilot.secrets.vault.token", "canary-token");
        overrides.put("copilot.secrets.token-vault.region", "eu-central-1");
        overrides.put("copilot.secrets.vault.prefix", "production/");
        assertThat(load().redaction()
                        .of("canary-token eu-central-1 production/ " + folder.resolve("secrets") + " /run/tokens/p"
                                + " sentencepiece https://oauth2.example/x"))
                .isEqualTo("***** eu-central-1 production/ " + folder.resolve("secrets") + " /run/tokens/p"
                        + " sentencepiece https://oauth2.example/x");
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
