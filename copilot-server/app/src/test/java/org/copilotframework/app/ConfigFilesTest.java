package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code config check} looks at beside values: files that a start reads, and variables that nobody does. */
class ConfigFilesTest {
    private static final String PASSWORD = "of the tests";

    @TempDir
    static Path files;

    @TempDir
    Path folder;

    private final Cli cli = new Cli();

    @BeforeAll
    static void makeFiles() throws Exception {
        for (String name : List.of("one", "two")) {
            keytool(name, "-genkeypair", "-keyalg", "EC", "-alias", name, "-dname", "CN=localhost", "-validity", "90");
            keytool(name, "-exportcert", "-rfc", "-alias", name, "-file", file(name + ".crt"));
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream content = Files.newInputStream(Path.of(file(name + ".p12")))) {
                store.load(content, PASSWORD.toCharArray());
            }
            PrivateKey key = (PrivateKey) store.getKey(name, PASSWORD.toCharArray());
            Files.writeString(
                    Path.of(file(name + ".key")),
                    "-----BEGIN PRIVATE KEY-----\n"
                            + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                            + "\n-----END PRIVATE KEY-----\n");
        }
        Files.writeString(Path.of(file("junk")), "no certificate");
    }

    private static String file(String name) {
        return files.resolve(name).toString();
    }

    private static void keytool(String name, String... args) throws Exception {
        Keytool.run(files.resolve(name + ".p12"), PASSWORD, args);
    }

    private Outcome check(String... settings) throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.writeString(
                home.resolve("copilot.properties"), String.join("\n", settings).replace('\\', '/'));
        return cli.run("config", "check", "--home", home.toString());
    }

    private static String set(String key, String name) {
        return "copilot." + key + "=" + file(name);
    }

    private void refused(String words, String... settings) throws IOException {
        Outcome outcome = check(settings);
        assertThat(outcome.status()).as(words + outcome.out()).isEqualTo(2);
        assertThat(outcome.err().replaceAll("\\s+", " ")).contains(words).doesNotContain(PASSWORD);
    }

    @Test
    void certificatesAndKeysAreReadAsTheServerReadsThem() throws Exception {
        String certificate = set("http.tls.certificate", "one.crt");
        String key = set("http.tls.key", "one.key");
        Outcome good = check(certificate, key);
        assertThat(good.status()).as(good.err()).isZero();
        assertThat(good.err()).isEmpty();
        refused("copilot.http.tls.certificate: there is no file", set("http.tls.certificate", "none.crt"), key);
        refused("copilot.http.tls.certificate", set("http.tls.certificate", "junk"), key);
        refused("copilot.http.tls.key: there is no file", certificate, set("http.tls.key", "none.key"));
        refused("the private key does not fit", certificate, set("http.tls.key", "two.key"));

        String keystore = set("http.tls.keystore", "one.p12");
        assertThat(check(keystore, "copilot.http.tls.keystore-password=" + PASSWORD)
                        .status())
                .isZero();
        refused("copilot.http.tls.keystore", keystore, "copilot.http.tls.keystore-password=another");
        refused(
                "copilot.http.tls.client-ca: there is no file",
                certificate,
                key,
                "copilot.http.tls.client-auth=need",
                set("http.tls.client-ca", "none.crt"));
    }

    @Test
    void theTruststoreIsReadAndAHomeCanBe() throws Exception {
        refused(
                "copilot.plugins.truststore.path",
                "copilot.plugins.trust=signed",
                set("plugins.truststore.path", "none.p12"));
        Path occupied = Files.writeString(folder.resolve("occupied"), "");
        Outcome outcome =
                cli.run("config", "check", "--home", occupied.resolve("home").toString());
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("copilot.home").contains("is no folder");
    }

    /** In a process of its own, because of its environment and its working directory. */
    @Test
    void variablesThatNobodyReadsAreToldWithTheNearestThatIs() throws Exception {
        Files.write(
                folder.resolve(".env"),
                List.of(
                        "COPILOT_HTTP_PROT=80",
                        "COPILOT_INVOKE_TIMEOUT=60s",
                        "COPILOT_PLUGIN_DOCS_MAX_FILES=3",
                        "COPILOT_SECURITY_ROLES_OPERATOR=plugins:write",
                        "COPILOT_STORAGE_REDIS_PREFIX=a"));
        Map<String, String> environment = Map.of(
                "COPILOT_PLUGINS_TRSUT", "signed-by-nobody",
                "COPILOT_SECURITY_APIKEY_REMEMBR", "1s",
                "COPILOT_SECURITY_FAILED_ATEMPTS", "3",
                "COPILOT_HTTP_CORS_ORIGINS_0_", "https://app.example.com",
                "COPILOT_HTTP_TLS_RELOAD", "20s",
                "COPILOT_JAVA_OPTS", "-Xmx1g",
                "API_KEY", "Zt8vQ4nL1xW7rB3kM9pD6sF2hJ5gC0yT");
        String said = Running.said(folder, environment, "config", "check").replaceAll("\\s+", " ");
        assertThat(said)
                .contains("COPILOT_HTTP_PROT (in .env) is read by nobody; did you mean COPILOT_HTTP_PORT")
                .contains(
                        "COPILOT_PLUGINS_TRSUT (in the environment) is read by nobody; did you mean COPILOT_PLUGINS_TRUST")
                .contains("did you mean COPILOT_SECURITY_APIKEY_REMEMBER")
                .contains("did you mean COPILOT_SECURITY_FAILED_ATTEMPTS")
                .contains("Nothing is wrong")
                .doesNotContain(
                        "signed-by-nobody", "DOCS_MAX_FILES", "ROLES_OPERATOR", "REDIS_PREFIX", "CORS", "JAVA_OPTS");
        assertThat(said.split("is read by nobody", -1)).hasSize(5);
        String json = Running.said(folder, environment, "config", "check", "--json");
        assertThat(json).contains("\"checked\":true", "\"warnings\":[").contains("COPILOT_HTTP_PORT");
    }
}
