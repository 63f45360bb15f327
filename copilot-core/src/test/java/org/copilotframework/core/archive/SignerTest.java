package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.copilotframework.core.fixture.SigningIdentity;
import org.copilotframework.core.fixture.TimeAuthority;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose signature counts: by the truststore, by who vouches for whom, and by the time. */
class SignerTest {
    private static final Instant NOW = Instant.now();
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(1000));
    private static final Instant THEN = NOW.minus(Duration.ofDays(500));
    private static final Instant LATELY = NOW.minus(Duration.ofDays(100));
    private static final Instant LATER = NOW.plus(Duration.ofDays(1000));

    @TempDir
    static Path built;

    private static Path jar;

    @TempDir
    Path folder;

    @BeforeAll
    static void build() {
        jar = PluginJars.plugin("good", "1.0.0")
                .agent("good", "return AgentReply.text(\"good\");")
                .build(built);
    }

    private Path copy() throws IOException {
        return java.nio.file.Files.copy(
                jar, folder.resolve("good.jar"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private void assertTrusted(Path archive, SigningIdentity... trusted) {
        assertThatCode(() -> check(archive, trusted)).doesNotThrowAnyException();
    }

    private void assertRefused(Path archive, SigningIdentity[] trusted, String... words) {
        RefusedArchiveException refused =
                catchThrowableOfType(RefusedArchiveException.class, () -> check(archive, trusted));
        assertThat(refused).hasMessageContainingAll(words);
        assertThat(refused.problems()).allMatch(problem -> problem.contains("; "));
    }

    private ArchiveCheck check(Path archive, SigningIdentity... trusted) throws Exception {
        Path truststore = SigningIdentity.truststore(folder, "secret", trusted);
        return ArchiveCheck.of(archive, ArchiveLimits.DEFAULT, Trust.signed(truststore, "secret"));
    }

    private static SigningIdentity[] only(SigningIdentity... trusted) {
        return trusted;
    }

    @Test
    void whoeverIsVouchedForByOneInTheTruststoreIsTrusted() throws IOException {
        SigningIdentity root = SigningIdentity.selfSigned("Root");
        SigningIdentity middle = root.issue("Middle", null);
        SigningIdentity leaf = middle.issue("Leaf", SigningIdentity.CODE);
        Path signed = leaf.sign(copy());

        assertTrusted(signed, root);
        assertTrusted(signed, middle);
        assertTrusted(signed, leaf);
        assertTrusted(signed, SigningIdentity.selfSigned("Another"), root);
        assertRefused(signed, only(SigningIdentity.selfSigned("Root")), "CN=Leaf", "certificate");
        assertRefused(signed, only(SigningIdentity.selfSigned("Another")), "CN=Leaf", "who is not in", "keytool");
    }

    @Test
    void aCertificateForSomethingElseIsNone() throws IOException {
        SigningIdentity root = SigningIdentity.selfSigned("Root");
        SigningIdentity server = root.issue("Server", SigningIdentity.SERVERS);
        Path signed = server.sign(copy());

        assertRefused(signed, only(root), "whose certificate is not for signing code", "sign it with another");
        assertRefused(signed, only(server), "whose certificate is not for signing code");
    }

    @Test
    void oneWhoIsNoAuthorityVouchesForNobody() throws IOException {
        SigningIdentity root = SigningIdentity.selfSigned("Root");
        SigningIdentity leaf = root.issue("Leaf", SigningIdentity.CODE);
        SigningIdentity below = leaf.issue("Below", SigningIdentity.CODE);

        assertRefused(below.sign(copy()), only(root), "CN=Below", "is not accepted");
    }

    @Test
    void aSignatureCountsAsLongAsTheCertificateIsValid() throws IOException {
        SigningIdentity expired = SigningIdentity.selfSigned("Expired", LONG_AGO, LATELY);
        SigningIdentity early = SigningIdentity.selfSigned("Early", NOW.plus(Duration.ofDays(1)), LATER);

        assertRefused(
                expired.sign(copy()),
                only(expired),
                "whose certificate expired on "
                        + expired.certificate().getNotAfter().toInstant(),
                "no authority of times saw the signature",
                "--tsa");
        assertRefused(early.sign(copy()), only(early), "CN=Early", "is not accepted", "NotBefore");
    }

    @Test
    void theCertificateAboveMayExpireToo() throws IOException {
        SigningIdentity root = SigningIdentity.selfSigned("Root");
        SigningIdentity middle = root.issue("Middle", LONG_AGO, LATELY, null);
        SigningIdentity leaf = middle.issue("Leaf", LONG_AGO, LATER, SigningIdentity.CODE);

        assertRefused(leaf.sign(copy()), only(root), "the certificate above whose expired on");
    }

    @Test
    void whatATrustedAuthorityOfTimesSawInTimeCountsAfterwards() throws IOException {
        SigningIdentity root = SigningIdentity.selfSigned("Root", LONG_AGO, LATER);
        SigningIdentity expired = root.issue("Expired", LONG_AGO, LATELY, SigningIdentity.CODE);
        SigningIdentity times = root.issue("Times", LONG_AGO, LATER, SigningIdentity.TIMES);

        try (TimeAuthority authority = new TimeAuthority(times, THEN)) {
            Path signed = expired.sign(copy(), options -> options.tsa(authority.address()));
            assertTrusted(signed, root);
            assertTrusted(signed, expired, times);
            assertThat(shown(signed, root)).isEqualTo(THEN.truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
            assertRefused(
                    signed,
                    only(expired),
                    "whose certificate expired on",
                    "the authority of times that saw the signature, CN=Times",
                    "is not trusted by");
        }
        try (TimeAuthority authority = new TimeAuthority(times, NOW)) {
            assertRefused(
                    expired.sign(copy(), options -> options.tsa(authority.address())),
                    only(root),
                    "whose certificate expired on",
                    "the signature was seen only on");
        }
    }

    private Instant shown(Path signed, SigningIdentity trusted) {
        try {
            return check(signed, trusted).signers().get(0).stamped().orElseThrow();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anAuthorityOfTimesMustBeOneAndValidToday() throws IOException {
        SigningIdentity root = SigningIdentity.selfSigned("Root", LONG_AGO, LATER);
        SigningIdentity expired = root.issue("Expired", LONG_AGO, LATELY, SigningIdentity.CODE);
        SigningIdentity old = root.issue("Old", LONG_AGO, LATELY, SigningIdentity.TIMES);

        try (TimeAuthority authority = new TimeAuthority(old, THEN)) {
            Path signed = expired.sign(copy(), options -> options.tsa(authority.address()));
            assertRefused(signed, only(root), "whose certificate expired on", "CN=Old", "is not trusted by");
        }
    }
}
