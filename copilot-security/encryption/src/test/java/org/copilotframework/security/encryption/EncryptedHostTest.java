package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.OTHER;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.Health;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.core.StoreTotals;
import org.copilotframework.core.StoredData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation promises of a host whose store is encrypted, from the first start to the restored backup. */
class EncryptedHostTest {
    private static final String CANARY = "canary-91c2";
    private static final SessionId SESSION = new SessionId("s1");

    @TempDir
    private Path folder;

    /** Remembers in session and file what it is told, and says what it was told before. */
    @AgentInfo(name = "recall")
    private static final class Recall implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws IOException {
            context.blobs().write("last.txt", out -> out.write(request.text().getBytes(UTF_8)));
            return AgentReply.text("Before: "
                    + context.session().orElseThrow().history(10).stream()
                            .map(turn -> turn.request().text())
                            .toList());
        }
    }

    private OrchestratorBuilder builder(String place) {
        return Orchestrator.builder()
                .home(folder.resolve(place))
                .setting(
                        "copilot.storage.url", "sqlite:" + folder.resolve(place).resolve("copilot.db"))
                .agent(new Recall());
    }

    private OrchestratorBuilder encrypted(String place, String secret) {
        return builder(place)
                .setting("copilot.encryption.provider", "aead")
                .setting("copilot.encryption.local.secret-key", secret);
    }

    private static String ask(OrchestratorBuilder builder, TenantId tenant, String text) {
        try (Orchestrator copilot = builder.start()) {
            return copilot.forCaller(Caller.of(tenant.value(), "ann"))
                    .invoke(AgentRequest.to("recall")
                            .text(text)
                            .session(SESSION.value())
                            .build())
                    .text();
        }
    }

    @Test
    void nothingThatIsSaidIsInAnyFileOfTheHome() throws IOException {
        assertThat(ask(encrypted("a", Keyring.SECRET), ACME, CANARY)).isEqualTo("Before: []");
        assertThat(ask(encrypted("a", Keyring.SECRET), ACME, "again")).contains(CANARY);

        try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertThat(all).anyMatch(file -> file.endsWith("copilot.db"));
            assertThat(all).anyMatch(file -> file.toString().contains("blobs"));
            for (Path file : all) {
                assertThat(Files.readString(file, ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain(CANARY)
                        .doesNotContain(Keyring.SECRET);
            }
        }
    }

    @Test
    void theSameWithoutEncryptionIsInTheFiles() throws IOException {
        ask(builder("a"), ACME, CANARY);

        try (Stream<Path> files = Files.walk(folder.resolve("a/blobs"))) {
            assertThat(files.filter(Files::isRegularFile).map(EncryptedHostTest::text))
                    .anyMatch(text -> text.contains(CANARY));
        }
    }

    @Test
    void aMissingSecretOrProviderIsSaidAtTheStart() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> builder("a")
                        .setting("copilot.encryption.provider", "aead")
                        .start())
                .withMessageContaining("copilot.encryption.local.secret-key (in the environment SECRET_KEY)");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> builder("a")
                        .setting("copilot.encryption.provider", "rot13")
                        .start())
                .withMessageContaining("'rot13'; known names: aead");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> encrypted("a", Keyring.SECRET)
                        .setting("copilot.encryption.key-wrapper", "hsm")
                        .start())
                .withMessageContaining("'hsm'; known names: local");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> encrypted("a", Keyring.SECRET)
                        .setting("copilot.encryption.keys", "somewhere")
                        .start())
                .withMessageContaining("copilot.encryption.keys")
                .withMessageContaining("local:/var/lib/copilot-keys");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> encrypted("a", Keyring.SECRET)
                        .setting("copilot.encryption.aead.key-check", "2h")
                        .start())
                .withMessageContaining("key-life");
    }

    @Test
    void theWrongSecretIsSaidAtTheStart() {
        ask(encrypted("a", Keyring.SECRET), ACME, "hello");

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> encrypted("a", Keyring.OTHER).start())
                .withMessageContaining("SECRET_KEY")
                .satisfies(error -> assertThat(error.getMessage())
                        .doesNotContain(Keyring.OTHER)
                        .doesNotContain(Keyring.SECRET));
    }

    @Test
    void aStoreThatIsEncryptedIsNotUsedWithout() {
        ask(encrypted("a", Keyring.SECRET), ACME, "hello");

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> builder("a").start())
                .withMessageContaining("copilot.encryption.provider: the storage is encrypted");
    }

    @Test
    void anApplicationsOwnStoreThatIsEncryptedIsNotUsedWithout() {
        try (Storage own = Stored.memory()) {
            ask(apart("a").storage(own), ACME, CANARY);

            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> builder("b").storage(own).start())
                    .withMessageContaining("copilot.encryption.provider: the storage is encrypted");
        }
    }

    @Test
    void anApplicationMayGiveAStoreThatItHasEncryptedItself() {
        try (Storage own = new Keyring().node().storage(Stored.memory())) {
            own.migrate();
            assertThat(ask(builder("a").storage(own), ACME, "hello")).isEqualTo("Before: []");
        }
    }

    @Test
    void whatIsEncryptedAlreadyIsNotCopiedAsIfItWerePlain() {
        ask(encrypted("a", Keyring.SECRET), ACME, "hello");

        try (Storage from = builder("a").openStorage();
                Storage to = encrypted("b", Keyring.SECRET).openStorage()) {
            to.migrate();
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> builder("b").copyStorage(from, to, (what, done, total) -> {}))
                    .withMessageContaining("the source is encrypted")
                    .withMessageContaining("--from-plain");
            assertThat(to.tenants(null, 1)).isEmpty();
        }
    }

    /** The procedure "Begin with a store that is there already". */
    @Test
    void aStoreThatWasBegunWithoutIsCopied() {
        ask(builder("a"), ACME, "from before");
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> encrypted("a", Keyring.SECRET).start())
                .withMessageContaining("'copilot store copy --from-plain'");

        try (Storage from = builder("a").openStorage();
                Storage to = encrypted("b", Keyring.SECRET).openStorage()) {
            to.migrate();
            StoreTotals copied = encrypted("b", Keyring.SECRET).copyStorage(from, to, (what, done, total) -> {});
            assertThat(copied.turns()).isEqualTo(1);
        }
        assertThat(ask(encrypted("b", Keyring.SECRET), ACME, "now")).isEqualTo("Before: [from before]");
    }

    /** The procedure "Begin", where a start migrates nothing. */
    @Test
    void aStorageThatIsNotPreparedAtTheStartIsBegunByAMigration() {
        OrchestratorBuilder careful = encrypted("a", Keyring.SECRET).setting("copilot.storage.migrate", "false");
        try (Storage plain = builder("a").openStorage()) {
            plain.migrate();
        }
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(careful::start)
                .withMessageContaining("run 'copilot migrate'");
        try (Storage storage = careful.openStorage()) {
            storage.migrate();
        }
        assertThat(ask(careful, ACME, "hello")).isEqualTo("Before: []");
    }

    /** The procedure "Move the keys apart". */
    @Test
    void keysAreMovedApartByACopy() {
        ask(encrypted("a", Keyring.SECRET), ACME, "from before");
        try (Storage from = encrypted("a", Keyring.SECRET).openStorage();
                Storage to = apart("b").openStorage()) {
            to.migrate();
            apart("b").copyStorage(from, to, (what, done, total) -> {});
        }
        assertThat(ask(apart("b"), ACME, "now")).isEqualTo("Before: [from before]");
        try (Storage plain = builder("b").openStorage()) {
            assertThat(plain.values().list(Encryption.KEYS, "key/", "", 10, Long.MAX_VALUE))
                    .isEmpty();
        }
    }

    /** The procedure "Change the secret". */
    @Test
    void aSecretIsChangedByRotation() {
        ask(encrypted("a", Keyring.SECRET), ACME, "one");
        OrchestratorBuilder both =
                encrypted("a", Keyring.OTHER).setting("copilot.encryption.local.secret-key-previous", Keyring.SECRET);
        assertThat(ask(both, ACME, "two")).isEqualTo("Before: [one]");
        assertThat(both.rotateKeys().rewrapped()).isPositive();
        assertThat(both.rotateKeys().rewrapped()).isZero();

        assertThat(ask(encrypted("a", Keyring.OTHER), ACME, "three")).isEqualTo("Before: [one, two]");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> encrypted("a", Keyring.SECRET).start());
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> builder("z").rotateKeys())
                .withMessageContaining("nothing is encrypted");
    }

    /** The procedure "Erase a tenant": keys in the storage are in its backups too. */
    @Test
    void aBackupThatHoldsTheKeysIsReadAfterAnErase() throws IOException {
        ask(encrypted("a", Keyring.SECRET), ACME, "one");
        Files.createDirectory(folder.resolve("backup"));
        copy("a", "backup");
        erase(encrypted("a", Keyring.SECRET), ACME);
        assertThat(ask(encrypted("a", Keyring.SECRET), ACME, "anew")).isEqualTo("Before: []");

        assertThat(ask(encrypted("backup", Keyring.SECRET), ACME, "restored")).isEqualTo("Before: [one]");
    }

    /** The same with the keys apart. */
    @Test
    void aBackupWithoutTheKeysIsNotReadAfterAnErase() throws IOException {
        OrchestratorBuilder live = apart("a");
        ask(live, ACME, "one");
        ask(live, OTHER, "theirs");
        Files.createDirectory(folder.resolve("backup"));
        copy("a", "backup");
        erase(live, ACME);

        assertThatExceptionOfType(CopilotException.class)
                .isThrownBy(() -> ask(apart("backup"), ACME, "restored"))
                .satisfies(error -> assertThat(error)
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("the key that it was encrypted with is gone"));
        assertThat(ask(apart("backup"), OTHER, "restored")).isEqualTo("Before: [theirs]");
    }

    @Test
    void keysApartThatAreNotThereAreMissedAtTheStart() {
        ask(apart("a"), ACME, "one");

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> encrypted("a", Keyring.SECRET)
                        .setting("copilot.encryption.keys", "local:" + folder.resolve("elsewhere"))
                        .start())
                .withMessageContaining("copilot.encryption.keys: the storage is encrypted, and its keys do not lie in");
    }

    /** The place of a database is its whole folder: SQLite has files beside the one that is named. */
    @Test
    void aPlaceOfKeysBesideTheDatabaseIsRefused() throws IOException {
        Files.createDirectories(folder.resolve("data"));
        for (String scheme : List.of("sqlite:", "sqlite://", "jdbc:sqlite:")) {
            for (String within : List.of("data", "data/keys")) {
                assertThatExceptionOfType(InvalidRequestException.class)
                        .as("%s %s", scheme, within)
                        .isThrownBy(() -> encrypted("a", Keyring.SECRET)
                                .setting("copilot.storage.url", scheme + folder.resolve("data/copilot.db"))
                                .setting("copilot.encryption.keys", "local:" + folder.resolve(within))
                                .start())
                        .withMessageContaining("the folder of the database (copilot.storage.url)")
                        .withMessageContaining("lie within each other")
                        .withMessageContaining("move the keys there");
            }
        }
    }

    /** What is backed up together is no place apart, however it is named. */
    @Test
    void aPlaceOfKeysWithinTheDataOrAroundItIsRefused() throws IOException {
        Path files = Files.createDirectories(folder.resolve("files"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), files);
        for (Path within : List.of(
                folder.resolve("a"),
                folder.resolve("a/keys"),
                folder,
                files,
                files.resolve("keys"),
                link.resolve("x"))) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .as("%s", within)
                    .isThrownBy(() -> encrypted("a", Keyring.SECRET)
                            .setting("copilot.encryption.keys", "local:" + within)
                            .setting("copilot.blobs.bucket", files.toString())
                            .start())
                    .withMessageContaining("copilot.encryption.keys: 'local:" + within + "'")
                    .withMessageContaining("lie within each other")
                    .withMessageContaining("such as local:/var/lib/copilot-keys");
        }
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> encrypted("a", Keyring.SECRET)
                        .setting("copilot.encryption.keys", "s3:acme-files")
                        .setting("copilot.blobs.provider", "s3")
                        .setting("copilot.blobs.bucket", "acme-files")
                        .start())
                .withMessageContaining("'s3:acme-files' is the bucket of the files themselves");
    }

    @Test
    void filesThatLastNeedKeysThatLast() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> encrypted("a", Keyring.SECRET)
                        .setting("copilot.storage.url", "memory:local")
                        .start())
                .withMessageContaining("copilot.encryption.keys");
        assertThat(ask(apart("a").setting("copilot.storage.url", "memory:local"), ACME, "one"))
                .isEqualTo("Before: []");
    }

    @Test
    void anApplicationsOwnStoreIsEncryptedToo() {
        try (Storage own = Stored.memory()) {
            ask(apart("a").storage(own), ACME, CANARY);
            assertThat(own.sessions().turns(ACME, SESSION, 1, 1, Long.MAX_VALUE))
                    .singleElement()
                    .satisfies(turn -> assertThat(Stored.text(turn.content())).doesNotContain(CANARY));
        }
    }

    @Test
    void healthHasAPartForIt() {
        try (Orchestrator copilot = encrypted("a", Keyring.SECRET).start()) {
            assertThat(copilot.health().parts())
                    .filteredOn(part -> part.name().equals("encryption"))
                    .singleElement()
                    .satisfies(part -> assertThat(part.status()).isEqualTo(Health.Status.OK));
        }
        try (Orchestrator copilot = builder("b").start()) {
            assertThat(copilot.health().parts()).noneMatch(part -> part.name().equals("encryption"));
        }
    }

    private OrchestratorBuilder apart(String place) {
        return encrypted(place, Keyring.SECRET).setting("copilot.encryption.keys", "local:" + folder.resolve("keys"));
    }

    private static void erase(OrchestratorBuilder builder, TenantId tenant) {
        try (StoredData data = builder.openData()) {
            assertThat(data.erase(tenant).stored()).isPositive();
        }
    }

    private void copy(String from, String to) throws IOException {
        Files.copy(
                folder.resolve(from).resolve("copilot.db"), folder.resolve(to).resolve("copilot.db"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException gone) {
            throw new IllegalStateException(gone);
        }
    }
}
