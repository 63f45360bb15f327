package org.copilotframework.security.aws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.aws.Recall.ask;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.core.StoredData;
import org.copilotframework.security.aws.FakeKms.Key;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host whose data is encrypted by keys that KMS wraps, from the first start to the tenant that is erased for good. */
class KmsHostTest {
    private static final String CANARY = "canary-5fd0";

    @TempDir
    private Path folder;

    private final FakeAws aws = new FakeAws();

    @AfterEach
    void stop() {
        aws.close();
    }

    private OrchestratorBuilder builder(String place, String key) {
        return new Host(aws, folder).wrappingKeys(place, key);
    }

    private OrchestratorBuilder builder(String place) {
        return builder(place, "alias/copilot");
    }

    private static String askOnce(OrchestratorBuilder builder, String tenant, String text) {
        try (Orchestrator copilot = builder.start()) {
            return ask(copilot, tenant, text);
        }
    }

    @Test
    void dataIsEncryptedAndReadAgainAfterARestart() throws IOException {
        aws.kms.create("alias/copilot");
        assertThat(askOnce(builder("a"), "acme", CANARY)).isEqualTo("Before: []");
        assertThat(askOnce(builder("a"), "acme", "again")).isEqualTo("Before: [" + CANARY + "]");

        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertThat(all).anyMatch(file -> file.endsWith("copilot.db"));
            for (Path file : all) {
                assertThat(Files.readString(file, ISO_8859_1).contains(CANARY))
                        .as("%s", file)
                        .isFalse();
            }
        }
        assertThat(aws.tenants("kms:Encrypt")).contains("copilot.keys", "acme");
    }

    /** The procedure "Rotation" of the README. */
    @Test
    void keysAreWrappedByAnotherKmsKeyByRotation() {
        Key before = aws.kms.create("alias/copilot");
        askOnce(builder("a"), "acme", "one");
        assertThat(builder("a").rotateKeys().rewrapped()).isZero();

        Key after = aws.kms.create("alias/copilot");
        assertThat(askOnce(builder("a"), "acme", "two")).isEqualTo("Before: [one]");
        assertThat(builder("a").rotateKeys()).satisfies(rotation -> {
            assertThat(rotation.keyId()).isEqualTo(after.arn);
            // The host may have had something of its own to write.
            assertThat(rotation.keys()).isBetween(2L, 3L);
            assertThat(rotation.rewrapped()).isEqualTo(rotation.keys());
        });
        aws.kms.delete(before);
        assertThat(askOnce(builder("a"), "acme", "three")).isEqualTo("Before: [one, two]");
    }

    @Test
    void aRotationThatMayNotDecryptByTheKeyBeforeSaysSo() {
        Key before = aws.kms.create("alias/copilot");
        askOnce(builder("a"), "acme", "one");
        aws.kms.create("alias/copilot");
        aws.rule(asked -> asked.action().equals("kms:Decrypt") ? FakeAws.error(400, "AccessDeniedException") : null);

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> builder("a").rotateKeys())
                .withMessageContaining("does not allow kms:Decrypt on the key '" + before.arn + "'");
    }

    @Test
    void aStartNeedsKms() {
        aws.kms.create("alias/copilot");
        askOnce(builder("a"), "acme", "one");
        aws.rule(any -> FakeAws.error(400, "ExpiredTokenException"));

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> builder("a").start())
                .withMessageContaining("AWS KMS");
    }

    @Test
    void eachTenantHasItsOwnKmsKeyAndOneThatHasNoneIsInNobodysWay() {
        aws.kms.create("alias/copilot-copilot/host");
        Key acme = aws.kms.create("alias/copilot-acme");
        try (Orchestrator copilot = builder("a", "alias/copilot-{tenant}").start()) {
            ask(copilot, "acme", "one");
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> ask(copilot, "newcomer", "hello"))
                    .withMessageContaining("has no key 'alias/copilot-newcomer'; create");
            assertThat(ask(copilot, "acme", "two")).isEqualTo("Before: [one]");
        }

        Key other = aws.kms.create("alias/copilot-acme");
        assertThat(builder("a", "alias/copilot-{tenant}").rotateKeys().rewrapped())
                .isEqualTo(1);
        aws.kms.delete(acme);
        assertThat(askOnce(builder("a", "alias/copilot-{tenant}"), "acme", "three"))
                .isEqualTo("Before: [one, two]");
        assertThat(other.state).isEqualTo("Enabled");
    }

    /** The procedure "A key for each tenant" of the README: the keys lie in the storage, and so in its backup. */
    @Test
    void aTenantWhoseKmsKeyIsDeletedIsNotReadFromABackupThatHoldsTheWrappedKey() throws IOException {
        aws.kms.create("alias/copilot-copilot/host");
        Key acme = aws.kms.create("alias/copilot-acme");
        aws.kms.create("alias/copilot-other");
        OrchestratorBuilder live = builder("a", "alias/copilot-{tenant}");
        askOnce(live, "acme", "one");
        askOnce(live, "other", "theirs");
        Files.createDirectory(folder.resolve("backup"));
        Files.copy(folder.resolve("a/copilot.db"), folder.resolve("backup/copilot.db"));
        try (StoredData data = live.openData()) {
            assertThat(data.erase(new TenantId("acme")).stored()).isPositive();
        }
        OrchestratorBuilder restored = builder("backup", "alias/copilot-{tenant}");
        assertThat(askOnce(restored, "acme", "restored"))
                .as("as long as its KMS key is there")
                .isEqualTo("Before: [one]");

        acme.state = "PendingDeletion";
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> askOnce(restored, "acme", "restored"))
                .withMessageContaining("the key of tenant 'acme' cannot be unwrapped")
                .withMessageContaining("is deleted or about to be");
        aws.kms.delete(acme);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> askOnce(restored, "acme", "restored"))
                .withMessageContaining("is deleted or about to be");
        assertThat(askOnce(restored, "other", "restored")).isEqualTo("Before: [theirs]");
    }
}
