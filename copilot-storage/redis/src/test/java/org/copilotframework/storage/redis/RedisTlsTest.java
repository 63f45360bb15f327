package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rediss://}: the server shows a certificate, and is believed only if it is trusted and for this host. */
class RedisTlsTest {
    @TempDir
    private static Path folder;

    private static RedisProcess server;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        certificate("server", "ip:127.0.0.1");
        certificate("stranger", "ip:127.0.0.1");
        port = RedisProcess.freePort();
        server = RedisProcess.start(
                "--tls-port " + port,
                "--tls-cert-file " + folder.resolve("server.crt"),
                "--tls-key-file " + folder.resolve("server.key"),
                "--tls-auth-clients no");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aTrustedServerIsSpokenToByTls() {
        try (Storage store =
                open("127.0.0.1", Map.of("tls-ca", folder.resolve("server.crt").toString()))) {
            store.migrate();
            store.commit(Sample.whole(1));
            assertThat(store.sessions().head(Sample.TENANT, Sample.SESSION)).isPresent();
        }
    }

    @Test
    void aServerThatIsNotTrustedIsRefused() {
        refused("127.0.0.1", Map.of());
        refused("127.0.0.1", Map.of("tls-ca", folder.resolve("stranger.crt").toString()));
    }

    @Test
    void aCertificateForAnotherHostIsRefused() {
        refused("localhost", Map.of("tls-ca", folder.resolve("server.crt").toString()));
    }

    @Test
    void aFileThatHoldsNoCertificateIsToldByTheSetting() {
        refused("127.0.0.1", Map.of("tls-ca", folder.resolve("absent.crt").toString()));
        refused("127.0.0.1", Map.of("tls-ca", folder.resolve("server.key").toString()));
    }

    private static void refused(String host, Map<String, String> settings) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> open(host, settings))
                .withMessageContaining("copilot.storage.redis.tls-ca");
    }

    private static Storage open(String host, Map<String, String> settings) {
        return RedisUnderTest.at("rediss://" + host + ":" + port).with(settings).open();
    }

    /** A certificate that signs itself, made by the JDK's keytool, with its key; both as PEM. */
    private static void certificate(String name, String host) throws Exception {
        Path store = folder.resolve(name + ".p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(
                List.of("-genkeypair", "-keyalg", "EC", "-alias", name, "-dname", "CN=" + name, "-ext", "san=" + host));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", "changeit"));
        Process made = new ProcessBuilder(command).inheritIO().start();
        assertThat(made.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        pem(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded());
        pem(
                name + ".key",
                "PRIVATE KEY",
                keys.getKey(name, "changeit".toCharArray()).getEncoded());
    }

    private static void pem(String file, String kind, byte[] content) throws Exception {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                folder.resolve(file), "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }
}
