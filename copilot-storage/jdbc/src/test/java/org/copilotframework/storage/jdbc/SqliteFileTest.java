package org.copilotframework.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.jdbc.Turns.turn;
import static org.copilotframework.storage.jdbc.Turns.version;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqliteFileTest {
    private final TestSqlite place = new TestSqlite();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    sqlite::memory:             | memory:local
                    sqlite:                     | names no file
                    sqlite://host/x.db          | three slashes
                    sqlite:x.db?mode=ro         | takes no parameters
                    sqlite:x%3fy.db             | question mark
                    sqlite:/proc/self/no/x.db   | cannot be made
                    sqlite:target               | is a folder
                    """)
    void aUrlThatNamesNoFileIsRefusedWithTheFix(String url, String why) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> place.provider().open(StorageUrl.parse(url), place.context()))
                .withMessageContaining("copilot.storage.url (in the environment DATABASE_URL)")
                .withMessageContaining(why);
    }

    @Test
    void theFolderOfTheFileIsMadeAndTheDriversLibraryUnpackedAtHome() {
        TestSqlite deep =
                new TestSqlite(place.file().resolveSibling("a").resolve("b").resolve("x.db"), Map.of());
        try (Storage storage = deep.open()) {
            storage.migrate();
        }
        assertThat(deep.file()).isRegularFile();
        assertThat(deep.home().resolve("native")).isNotEmptyDirectory();
    }

    @Test
    void theFileAndItsFolderAreTheOwnersAloneAndWhatWasThereStaysAsItIs() throws IOException {
        TestSqlite deep = new TestSqlite(place.file().resolveSibling("private").resolve("x.db"), Map.of());
        try (Storage storage = deep.open()) {
            storage.migrate();
            storage.commit(turn("s1", 1));
            assertThat(mode(deep.file().getParent())).isEqualTo("rwx------");
            try (var files = Files.list(deep.file().getParent())) {
                assertThat(files.filter(Files::isRegularFile))
                        .isNotEmpty()
                        .allSatisfy(file -> assertThat(mode(file)).isEqualTo("rw-------"));
            }
        }
        Files.setPosixFilePermissions(deep.file(), PosixFilePermissions.fromString("rw-r-----"));
        try (Storage storage = deep.open()) {
            storage.commit(turn("s1", 2));
            assertThat(mode(deep.file())).isEqualTo("rw-r-----");
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void aFileThatIsNoDatabaseIsRefusedAndLeftAsItIs() throws IOException {
        String poem = "roses are red ".repeat(1000);
        Files.writeString(place.file(), poem);
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> {
                    try (Storage storage = place.open()) {
                        storage.migrate();
                    }
                })
                .withMessageContaining("copilot.storage.url")
                .withMessageContaining("is no SQLite database");
        assertThat(place.file()).hasContent(poem);
    }

    @Test
    void aDamagedFileIsToldAsSuch() throws IOException {
        try (Storage storage = place.open()) {
            storage.migrate();
            for (int version = 1; version <= 200; version++) {
                storage.commit(turn(Turns.ACME, "s1", version, 2_000));
            }
        }
        Path backup = place.file().resolveSibling("backup.db");
        Files.copy(place.file(), backup);
        try (RandomAccessFile file = new RandomAccessFile(place.file().toFile(), "rw")) {
            byte[] nonsense = new byte[4096];
            Arrays.fill(nonsense, (byte) 0xa5);
            // What comes first tells of the tables, and would be missed at once.
            for (long at = file.length() / 4; at < file.length(); at += nonsense.length) {
                file.seek(at);
                file.write(nonsense);
            }
        }
        try (Storage storage = place.open()) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() ->
                            storage.sessions().turns(Turns.ACME, new SessionId("s1"), Long.MAX_VALUE, 100, 1 << 20))
                    .withMessageContaining("damaged")
                    .withMessageContaining(place.file().toString())
                    .withMessageContaining("copilot.storage.url (in the environment DATABASE_URL)");
        }
        Files.copy(backup, place.file(), StandardCopyOption.REPLACE_EXISTING);
        try (Storage storage = place.open()) {
            assertThat(version(storage, "s1")).as("what the backup has").isEqualTo(200);
            storage.commit(turn(Turns.ACME, "s1", 201, 2_000));
            assertThat(storage.sessions().turns(Turns.ACME, new SessionId("s1"), Long.MAX_VALUE, 1_000, 1 << 30))
                    .hasSize(201);
        }
    }

    @Test
    void aFullFileRefusesWithoutLosingWhatWasAcknowledgedAndGoesOnWhenThereIsRoom() {
        try (Storage storage = place.with("max-bytes", "1048576").open()) {
            storage.migrate();
            long[] made = {0};
            assertThatExceptionOfType(QuotaExceededException.class)
                    .isThrownBy(() -> {
                        while (made[0] < 100) {
                            storage.commit(turn(Turns.ACME, "large", made[0] + 1, 50_000));
                            made[0]++;
                        }
                    })
                    .withMessageContaining("copilot.storage.jdbc.max-bytes");
            assertThat(made[0]).isPositive();
            assertThat(version(storage, "large")).isEqualTo(made[0]);

            storage.sessions().delete(Turns.ACME, new SessionId("large"));
            storage.commit(turn(Turns.ACME, "next", 1, 50_000));
            assertThat(version(storage, "next")).isEqualTo(1);
        }
    }

    @Test
    void whoHoldsTheFileForTooLongMakesItUnavailableAndNothingIsWritten() throws Exception {
        try (Storage storage = place.with("timeout", "300ms").open();
                Connection other = DriverManager.getConnection("jdbc:" + place.url());
                Statement statement = other.createStatement()) {
            storage.migrate();
            statement.execute("BEGIN IMMEDIATE");
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> storage.commit(turn("s1", 1)))
                    .withMessageContaining("copilot.storage.jdbc.timeout");
            assertThat(version(storage, "s1")).as("readers do not wait").isZero();
            statement.execute("COMMIT");

            assertThat(storage.commit(turn("s1", 1)).repeated()).isFalse();
        }
    }

    @Test
    void tablesOfOthersStayUnlessTheyHaveOurNames() throws Exception {
        administer("CREATE TABLE customer (id INTEGER)");
        try (Storage storage = place.open()) {
            storage.migrate();
            storage.check();
        }
        TestSqlite taken = new TestSqlite();
        administer(taken.file(), "CREATE TABLE copilot_session (id INTEGER)");
        try (Storage storage = taken.open()) {
            for (Runnable use : new Runnable[] {storage::migrate, storage::check}) {
                assertThatExceptionOfType(ConflictException.class)
                        .isThrownBy(use::run)
                        .withMessageContaining("copilot_session")
                        .withMessageContaining("not ours");
            }
        }
    }

    @Test
    void tablesOfANewerVersionAreLeftAlone() throws Exception {
        try (Storage storage = place.open()) {
            storage.migrate();
            storage.commit(turn("s1", 1));
            administer("UPDATE copilot_schema_history SET version = '99' WHERE version = '1'");
            for (Runnable use : new Runnable[] {storage::migrate, storage::check}) {
                assertThatExceptionOfType(ConflictException.class)
                        .isThrownBy(use::run)
                        .withMessageContaining("version 99")
                        .withMessageContaining("copilot.storage.url (in the environment DATABASE_URL)");
            }
            administer("UPDATE copilot_schema_history SET version = '1' WHERE version = '99'");
            storage.check();
            assertThat(version(storage, "s1")).as("what was there before").isEqualTo(1);
        }
    }

    @Test
    void aStoreThatWasNotMigratedSaysSoWhereverItIsUsed() {
        try (Storage storage = place.open()) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> storage.commit(turn("s1", 1)))
                    .withMessageContaining("copilot migrate");
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> version(storage, "s1"))
                    .withMessageContaining("copilot migrate");
        }
    }

    @Test
    void whatWasErasedIsNeitherInTheFileNorInItsJournal() throws IOException {
        String secret = "a secret of acme's ";
        try (Storage storage = place.open()) {
            storage.migrate();
            for (int version = 1; version <= 20; version++) {
                storage.commit(Turns.saying("s1", version, secret.repeat(version * 100)));
            }
            assertThat(onDisk()).contains(secret);
            storage.erase(Turns.ACME);
            assertThat(onDisk()).doesNotContain(secret);
        }
    }

    private String onDisk() throws IOException {
        StringBuilder all = new StringBuilder();
        try (var files = Files.list(place.file().getParent())) {
            for (Path file : files.toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    @Test
    void whoOnlyLooksForAStoreMakesNone() {
        try (Storage storage = place.open()) {
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(storage::check)
                    .withMessageContainingAll("there is no SQLite file", "copilot migrate");
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> version(storage, "s1"));
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> storage.commit(turn("s1", 1)));
            assertThat(place.file()).doesNotExist();
            try (Storage other = place.open()) {
                other.migrate();
            }
            assertThat(storage.commit(turn("s1", 1)).repeated()).isFalse();
        }
    }

    @Test
    void durabilityIsThatOfTheSetting() {
        try (Storage full = place.open();
                Storage normal = place.with("synchronous", "normal").open()) {
            assertThat(full.durability()).isEqualTo(Durability.POWER_LOSS);
            assertThat(normal.durability()).isEqualTo(Durability.PROCESS_CRASH);
        }
    }

    @Test
    void contentBeyondTheLimitIsRefused() {
        try (Storage storage = place.open()) {
            storage.migrate();
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> storage.commit(turn(Turns.ACME, "s1", 1, (64 << 20) + 1)))
                    .withMessageContaining("67108864");
            assertThat(version(storage, "s1")).isZero();
        }
    }

    private void administer(String sql) throws Exception {
        administer(place.file(), sql);
    }

    private static void administer(Path file, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
