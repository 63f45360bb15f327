package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.fixture.SigningIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a truststore is told by the names of the settings, without the password. */
class TruststoreFileTest {
    private static final String PATH = "copilot.plugins.truststore.path";
    private static final String PASSWORD = "copilot.plugins.truststore.password";
    private static final SigningIdentity ACME = SigningIdentity.selfSigned("Acme");

    @TempDir
    Path folder;

    private static String refusal(Path file, String password) {
        String message = catchThrowableOfType(InvalidRequestException.class, () -> Trust.signed(file, password))
                .getMessage();
        assertThat(message).contains("; ");
        if (password != null) {
            assertThat(message).doesNotContain(password);
        }
        return message;
    }

    @Test
    void aFileThatIsNotThere() {
        assertThat(refusal(folder.resolve("none.p12"), "hush")).contains(PATH, "none.p12", "PKCS12 or JKS");
        assertThat(refusal(folder, "hush")).contains(PATH, "there is no file");
    }

    @Test
    void aWrongPassword() {
        Path file = SigningIdentity.truststore(folder, "right", ACME);
        assertThat(refusal(file, "hush")).startsWith(PASSWORD + " does not open " + file);
        assertThat(refusal(file, null)).contains(PASSWORD);
    }

    @Test
    void aFileOfSomethingElse() throws Exception {
        Path file = Files.writeString(folder.resolve("text.p12"), "what?");
        assertThat(refusal(file, "hush")).contains(PATH, "text.p12");
    }

    @Test
    void aFileWithoutCertificates() {
        assertThat(refusal(SigningIdentity.truststore(folder, "hush"), "hush"))
                .contains(PATH, "holds no certificate", "keytool -importcert");
    }

    @Test
    void aJksFileIsReadToo() throws Exception {
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        store.setCertificateEntry("acme", ACME.certificate());
        Path file = folder.resolve("trust.jks");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "secret".toCharArray());
        }
        assertThat(Trust.signed(file, "secret").asksForSignature()).isTrue();
        assertThat(Trust.signed(file, null).asksForSignature()).isTrue();
    }
}
