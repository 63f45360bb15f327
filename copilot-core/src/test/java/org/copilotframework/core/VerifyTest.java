package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is said of an archive before it is installed is what installing it would say. */
class VerifyTest {
    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    private Path archive() {
        return PluginJars.plugin("x", "1.0.0")
                .agent("x", "return AgentReply.text(\"x\");")
                .build(bed.built());
    }

    private static Path digest(Path archive, String digest) throws IOException {
        return Files.writeString(archive.resolveSibling(archive.getFileName() + ".sha256"), digest);
    }

    private String refused(Path archive) {
        String verified = message(() -> bed.plugins().verify(archive));
        assertThat(message(() -> bed.plugins().install(archive))).isEqualTo(verified);
        return verified;
    }

    private static String message(Runnable operation) {
        return catchThrowableOfType(InvalidRequestException.class, operation::run)
                .getMessage();
    }

    @Test
    void whatIsRefusedByVerifyIsRefusedByInstallInTheSameWords() throws IOException {
        bed.start();
        Path archive = archive();
        digest(archive, "0".repeat(64));
        assertThat(refused(archive)).contains("its digest is").contains("x-1.0.0.jar.sha256 says 000");
        digest(archive, "no digest");
        assertThat(refused(archive)).contains("is not 64 hex digits");
    }

    @Test
    void whereDigestsAreAskedForOneWithoutIsRefused() throws IOException {
        bed.with("copilot.plugins.trust", "digest").start();
        Path archive = archive();
        assertThat(refused(archive)).contains("give the digest").contains("sha256sum");
        digest(archive, sha256(archive));
        assertThat(bed.plugins().verify(archive).id()).isEqualTo("x");
        assertThat(bed.plugins().install(archive).to()).isEqualTo("1.0.0");
    }

    @Test
    void aFileThatIsNotThereIsToldWithItsName() {
        bed.start();
        assertThat(message(() -> bed.plugins().verify(bed.built().resolve("gone.jar"))))
                .contains("gone.jar")
                .contains("cannot be read");
    }

    private static String sha256(Path file) throws IOException {
        try {
            byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return java.util.HexFormat.of().formatHex(digest);
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
