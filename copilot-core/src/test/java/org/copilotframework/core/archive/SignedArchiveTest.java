package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginSigner;
import org.copilotframework.core.fixture.SigningIdentity;
import org.junit.jupiter.api.Test;

/** Where a signature is asked for, an archive is taken if somebody who is trusted has signed all of it. */
class SignedArchiveTest extends SignedArchives {
    @Test
    void aSignedJarIsTakenAndOpenedAgain() throws Exception {
        StoredPlugin stored = taken(ACME.sign(jar()));

        assertThat(stored.info().ref()).isEqualTo(new PluginRef("good", "1.0.0"));
        assertThat(store.reopen(stored.info().digest())).isEqualTo(stored);
    }

    @Test
    void aSignedZipIsTakenAndOpenedAgain() throws Exception {
        StoredPlugin stored = taken(ACME.sign(zip()));

        assertThat(stored.classPath()).hasSize(2);
        assertThat(store.reopen(stored.info().digest())).isEqualTo(stored);
    }

    @Test
    void aLargeSignedArchiveIsTaken() throws Exception {
        byte[] ballast = new byte[3 << 20];
        new java.util.Random(1).nextBytes(ballast);

        taken(ACME.sign(good().entry("ballast", ballast).build(folder)));
        taken(ACME.sign(good().entry("ballast", ballast).named("z").buildZip(folder)));
    }

    @Test
    void anArchiveThatIsNotSigned() throws IOException {
        RefusedArchiveException refused = refused(jar(), "it is not signed", "copilot plugins sign", "jarsigner");
        assertThat(refused.ref()).contains(new PluginRef("good", "1.0.0"));
        refused(zip(), "it is not signed");
        refused(good().withoutManifest().buildZip(folder), "no manifest");
    }

    @Test
    void aSignatureOfAStranger() throws IOException {
        refused(
                STRANGER.sign(jar()),
                "it is signed by CN=Stranger (certificate ",
                "who is not in " + truststore,
                "keytool -importcert");
    }

    @Test
    void ofSeveralSignersOneWhoIsTrustedAndSignedAllIsEnough() throws Exception {
        taken(ACME.sign(STRANGER.sign(jar())));
        taken(STRANGER.sign(ACME.sign(zip())));
        assertThat(store.check(STRANGER.sign(ACME.sign(jar()))).signers())
                .extracting(PluginSigner::name, PluginSigner::trusted)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("CN=Acme", true),
                        org.assertj.core.groups.Tuple.tuple("CN=Stranger", false));
    }

    @Test
    void severalStrangersAreNamed() throws IOException {
        SigningIdentity other = SigningIdentity.selfSigned("Other");
        assertThat(refused(other.sign(STRANGER.sign(jar())), "CN=Stranger", "CN=Other")
                        .problems())
                .hasSize(2);
    }

    @Test
    void aSignatureThatCoversPartsOfTheManifestOnly() throws IOException {
        refused(
                ACME.sign(jar(), options -> options.setProperty("sectionsonly", "true")),
                "its manifest is not the one that META-INF/ACME.SF vouches for");
    }

    @Test
    void anAlgorithmThatTheJvmNoLongerAllows() throws IOException {
        SigningIdentity old = SigningIdentity.selfSignedRsa("Old", 2048);
        store = new PluginStore(
                folder.resolve("home"),
                ArchiveLimits.DEFAULT,
                Trust.signed(SigningIdentity.truststore(folder, "x", old), "x"));
        refused(
                old.sign(jar(), options -> options.signatureAlgorithm("MD5withRSA")),
                "its signature counts for nothing",
                "jdk.jar.disabledAlgorithms",
                "RSA of 3072 bits");
        SigningIdentity small = SigningIdentity.selfSignedRsa("Small", 768);
        refused(
                small.sign(jar(), options -> options.signatureAlgorithm("SHA256withRSA")),
                "its signature counts for nothing");
        refused(old.sign(jar(), options -> options.digestAlgorithm("MD5")), "is not the one that META-INF/OLD.SF");
    }

    @Test
    void aSignatureIsShownWhereNoneIsAskedForAndABrokenOneIsAWarning() throws Exception {
        ArchiveCheck check = ArchiveCheck.of(ACME.sign(jar()), ArchiveLimits.DEFAULT, Trust.ANY);
        PluginSigner signer = check.signers().get(0);
        assertThat(signer.name()).isEqualTo("CN=Acme");
        assertThat(signer.certificate()).matches("[0-9a-f]{64}");
        assertThat(signer.expires()).isEqualTo(ACME.certificate().getNotAfter().toInstant());
        assertThat(signer.stamped()).isEmpty();
        assertThat(signer.trusted()).isFalse();
        assertThat(check.warnings()).isEmpty();

        Path changed = change(ACME.sign(jar()), entries -> entries.put("notes.txt", new byte[1]));
        ArchiveCheck broken = ArchiveCheck.of(changed, ArchiveLimits.DEFAULT, Trust.ANY);
        assertThat(broken.signers()).isEmpty();
        assertThat(broken.warnings()).singleElement().asString().contains("good for nothing", "notes.txt");
        assertThat(ArchiveCheck.of(jar(), ArchiveLimits.DEFAULT, Trust.ANY).warnings())
                .isEmpty();
    }
}
