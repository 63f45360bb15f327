package org.copilotframework.core.encryption;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys are apart from the database if who backs that up, as one does, has not got them too. */
class KeysApartTest {
    @TempDir
    Path folder;

    private void demand(Path keys, Path database) {
        KeysApart.of("local:" + keys)
                .demandApart("local", Optional.empty(), folder.resolve("home"), Optional.of(database));
    }

    private void refused(Path keys, Path database) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .as("%s and %s", keys, database)
                .isThrownBy(() -> demand(keys, database))
                .withMessageContaining("copilot.encryption.keys: 'local:" + keys + "'")
                .withMessageContaining("copilot.storage.url")
                .withMessageContaining("set it to a place of its own");
    }

    @Test
    void theFolderThatTheDatabaseHasIsItsOwn() {
        Path database = folder.resolve("data/copilot.db");
        refused(folder.resolve("data"), database);
        refused(folder.resolve("data/keys"), database);
        refused(folder.resolve("data"), folder.resolve("data/deeper/copilot.db"));
        assertThatCode(() -> demand(folder.resolve("keys"), database)).doesNotThrowAnyException();
        assertThatCode(() -> demand(folder.resolve("data-keys"), database)).doesNotThrowAnyException();
    }

    @Test
    void whoRefusesTellsWhatElseCanBeDone() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> demand(folder.resolve("data/keys"), folder.resolve("data/copilot.db")))
                .withMessageContaining("give the database a folder of its own");
    }

    /** Nobody backs up all of /var/lib for one file in it; and there may be no other place for either. */
    @ParameterizedTest
    @CsvSource({
        "/var/lib/copilot-keys, /var/lib/copilot.db",
        "/var/lib/copilot/keys, /var/lib/copilot.db",
        "/srv/keys, /srv/copilot.db",
        "/copilot-keys, /copilot.db",
    })
    void aFolderThatIsEverybodysIsNotTheDatabases(Path keys, Path database) {
        assertThatCode(() -> demand(keys, database)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "/var/lib, /var/lib/copilot.db",
        "/var, /var/lib/copilot.db",
        "/var/lib/copilot/keys, /var/lib/copilot/copilot.db",
        "/var/lib/copilot.db, /var/lib/copilot.db",
    })
    void whatHoldsTheDatabaseOrLiesInItsOwnFolderThereIsNotApart(Path keys, Path database) {
        refused(keys, database);
    }

    @Test
    void aLinkToTheDatabaseIsFollowedToWhereItLies() throws IOException {
        Path real = Files.createDirectories(folder.resolve("real"));
        Path file = Files.createFile(real.resolve("copilot.db"));
        Path link = Files.createSymbolicLink(folder.resolve("link.db"), file);
        refused(real.resolve("keys"), link);
    }
}
