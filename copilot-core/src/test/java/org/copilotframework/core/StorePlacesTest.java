package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a storage lies is told by its URL, in each form that its provider takes. */
class StorePlacesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sqlite:/srv/home/copilot.db",
                "sqlite:///srv/home/copilot.db",
                "jdbc:sqlite:/srv/home/copilot.db",
                "SQLITE:/srv/home/../home/copilot.db",
                "sqlite:/srv/home/copilot%2Edb",
            })
    void theFileOfAStorageIsFoundHoweverItIsWritten(String url) {
        assertThat(StorePlaces.fileOf(url)).contains(Path.of("/srv/home/copilot.db"));
        assertThat(StorePlaces.inHome(url, Path.of("/srv/home"))).isTrue();
        assertThat(StorePlaces.inHome(url, Path.of("/srv/other"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory:local",
                "memory:",
                "postgresql://user:p@ss:w@host:5432/db",
                "redis://host/0",
                "dynamodb://eu-central-1/table",
                "no url",
                "sqlite:",
            })
    void aStorageThatIsNoFileHasNone(String url) {
        assertThat(StorePlaces.fileOf(url)).isEmpty();
        assertThat(StorePlaces.inHome(url, Path.of("").toAbsolutePath())).isFalse();
    }
}
