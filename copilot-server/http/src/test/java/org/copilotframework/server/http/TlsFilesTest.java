package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.time.Duration;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.server.http.TestAuthority.Issued;
import org.copilotframework.server.http.tls.Tls;
import org.copilotframework.server.http.tls.TlsSettings;
import org.copilotframework.server.http.tls.TlsSettings.ClientAuth;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever names a wrong file is told which setting it is, and what mends it. */
class TlsFilesTest {
    @TempDir
    static Path certificates;

    private static TestAuthority authority;
    private static Issued ec;
    private static Issued rsa;
    private static Issued ed;

    @TempDir
    Path files;

    @BeforeAll
    static void issue() {
        authority = new TestAuthority(certificates, "authority");
        ec = authority.issue("CN=ec");
        rsa = authority.issue("CN=rsa", "-keyalg", "RSA");
        ed = authority.issue("CN=ed", "-keyalg", "Ed25519");
    }

    private static TlsSettings settings(@Nullable Path certificate, @Nullable Path key, @Nullable String password) {
        return new TlsSettings(
                Optional.ofNullable(certificate),
                Optional.ofNullable(key),
                Optional.ofNullable(password).map(Secret::of),
                Optional.empty(),
                Optional.empty(),
                ClientAuth.NONE,
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    private static TlsSettings keystore(Path file, String password) {
        return new TlsSettings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(file),
                Optional.of(Secret.of(password)),
                ClientAuth.NONE,
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    private Path chain(Issued of) {
        return of.chain(files.resolve("c.pem"));
    }

    private Path file(String text) {
        return TestAuthority.write(files.resolve("file.pem"), text);
    }

    private static void assertRefused(TlsSettings settings, String... words) {
        assertThatThrownBy(() -> Tls.open(settings).close())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll(words);
    }

    private static void assertTaken(TlsSettings settings) {
        assertThatCode(() -> Tls.open(settings).close()).doesNotThrowAnyException();
    }

    @Test
    void keysOfEachKindAreTaken() {
        assertTaken(settings(chain(ec), ec.key(files.resolve("k")), null));
        assertTaken(settings(chain(rsa), rsa.key(files.resolve("k")), null));
        assertTaken(settings(chain(ed), ed.key(files.resolve("k")), null));
        assertTaken(settings(file(ec.keyText() + ec.chainText()), null, null));
    }

    @Test
    void anEncryptedKeyIsTakenWithItsPassword() throws Exception {
        Path encrypted = file(encrypted(rsa, "PBEWithHmacSHA256AndAES_256", "right-word"));
        assertTaken(settings(chain(rsa), encrypted, "right-word"));
        assertRefused(
                settings(chain(rsa), encrypted, "wrong-word"),
                "copilot.http.tls.key: ",
                "copilot.http.tls.key-password is another one");
        assertRefused(settings(chain(rsa), encrypted, null), "copilot.http.tls.key-password: is missing");
    }

    private static String encrypted(Issued of, String how, String password) throws Exception {
        Cipher cipher = Cipher.getInstance(how);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(how).generateSecret(new PBEKeySpec(password.toCharArray())),
                new PBEParameterSpec(new byte[16], 10_000, new IvParameterSpec(new byte[16])));
        byte[] sealed = cipher.doFinal(of.key().getEncoded());
        return TestAuthority.text("ENCRYPTED PRIVATE KEY", info(cipher, sealed));
    }

    /** The JDK writes the schemes of PBES2 under that name only. */
    private static byte[] info(Cipher cipher, byte[] sealed) throws Exception {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
        parameters.init(cipher.getParameters().getEncoded());
        return new EncryptedPrivateKeyInfo(parameters, sealed).getEncoded();
    }

    @Test
    void whatIsNotThereOrNoPemIsTold() {
        Path missing = files.resolve("missing.pem");
        assertRefused(settings(missing, missing, null), "copilot.http.tls.certificate: there is no file");
        assertRefused(settings(chain(ec), missing, null), "copilot.http.tls.key: there is no file");
        assertRefused(settings(file("hello"), null, null), "copilot.http.tls.certificate: ", "is not PEM");
        assertRefused(settings(file(ec.keyText()), null, null), "copilot.http.tls.certificate: ", "no certificate");
        assertRefused(settings(chain(ec), null, null), "copilot.http.tls.certificate: ", "name the one that has it in");
        assertRefused(settings(file("x".repeat(2 << 20)), null, null), "larger than 1 MiB");
        assertRefused(
                settings(file("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"), null, null),
                "copilot.http.tls.certificate: ",
                "cannot be read");
    }

    @Test
    void anOlderFormIsToldWithWhatConvertsIt() {
        Path older = file("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A\n\nAAAA\n"
                + "-----END RSA PRIVATE KEY-----\n");
        assertRefused(settings(chain(rsa), older, null), "copilot.http.tls.key: ", "openssl pkcs8 -topk8 -nocrypt");
    }

    @Test
    void aKeyOfSomethingElseIsTold() {
        assertRefused(settings(chain(ec), rsa.key(files.resolve("k")), null), "copilot.http.tls.key: ", "none of EC");
        Issued other = authority.issue("CN=other");
        assertRefused(settings(chain(ec), other.key(files.resolve("k")), null), "does not fit the certificate");
    }

    @Test
    void theServersOwnCertificateComesFirst() {
        String own = TestAuthority.text(
                "CERTIFICATE", TestAuthority.encoded(ec.chain().get(0)));
        String issuer = TestAuthority.text("CERTIFICATE", TestAuthority.encoded(authority.certificate()));
        assertRefused(settings(file(issuer + own + ec.keyText()), null, null), "the server's own comes first");
        String foreign = TestAuthority.text(
                "CERTIFICATE", TestAuthority.encoded(rsa.chain().get(0)));
        assertRefused(settings(file(own + foreign + ec.keyText()), null, null), "do not follow one another");
    }

    @Test
    void aKeystoreTakesItsPasswordAndHasOneKey() {
        Path file = ec.p12(files.resolve("k.p12"));
        assertTaken(keystore(file, TestAuthority.PASSWORD));
        assertRefused(keystore(file, "wrong"), "copilot.http.tls.keystore: ", "keystore-password is another one");
        assertRefused(keystore(ec.store(), TestAuthority.PASSWORD), "several private keys");
        assertRefused(settings(file, null, null), "goes into copilot.http.tls.keystore");
    }

    @Test
    void whatDoesNotGoTogetherIsTold() {
        Path any = files.resolve("any");
        assertThatThrownBy(() -> settings(null, any, null)).hasMessageContaining("tls.certificate: is missing");
        assertThatThrownBy(() -> clients(ClientAuth.NEED, Optional.of(any), Optional.empty()))
                .hasMessageContaining("copilot.http.tls.client-ca: is missing");
        assertThatThrownBy(() -> clients(ClientAuth.NONE, Optional.of(any), Optional.of(any)))
                .hasMessageContaining("copilot.http.tls.client-auth: is none");
        assertThatThrownBy(() -> clients(ClientAuth.WANT, Optional.empty(), Optional.of(any)))
                .hasMessageContaining("copilot.http.tls.client-auth: takes TLS");
        assertRefused(clients(ClientAuth.NEED, Optional.of(chain(ec)), Optional.of(any)), "tls.client-ca: there is no");
    }

    private static TlsSettings clients(ClientAuth auth, Optional<Path> certificate, Optional<Path> ca) {
        return new TlsSettings(
                certificate,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                auth,
                ca,
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    @Test
    void nothingOfTheContentIsShown() throws Exception {
        Path sealed = file(encrypted(rsa, "PBEWithHmacSHA256AndAES_256", "right-word"));
        assertThatThrownBy(() -> Tls.open(settings(chain(rsa), sealed, "wrong-word")))
                .hasMessageNotContaining("wrong-word")
                .hasMessageNotContaining(Files.readString(sealed).substring(60, 100));
    }
}
