package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {
    @Test
    void aUrlNamesRegionAndTable() {
        Location location = of("dynamodb://eu-central-1/copilot");

        assertThat(location.region()).isEqualTo("eu-central-1");
        assertThat(location.table()).isEqualTo("copilot");
        assertThat(location.endpoint()).isEmpty();
        assertThat(location.credentials()).isEmpty();
    }

    @Test
    void aServerElsewhereHasAnEndpointAndMayHaveAKey() {
        Location location = of("dynamodb://key:s%40cret@local/copilot?endpoint=http://127.0.0.1:8000");

        assertThat(location.endpoint()).contains(URI.create("http://127.0.0.1:8000"));
        assertThat(location.credentials().orElseThrow().accessKeyId()).isEqualTo("key");
        assertThat(location.credentials().orElseThrow().secretAccessKey()).isEqualTo("s@cret");
        assertThat(of("dynamodb://local/copilot?endpoint=https%3A%2F%2Fexample.org%2Fpath")
                        .endpoint())
                .contains(URI.create("https://example.org/path"));
    }

    @ParameterizedTest
    @CsvSource({
        "dynamodb:copilot, region",
        "dynamodb:///copilot, region",
        "dynamodb://eu_central/copilot, region",
        "dynamodb://eu-central-1:8000/copilot, region",
        "dynamodb://eu-central-1, table",
        "dynamodb://eu-central-1/, table",
        "dynamodb://eu-central-1/a/b/c, table",
        "dynamodb://eu-central-1/copilot?region=x, region",
        "dynamodb://eu-central-1/copilot?endpoint=127.0.0.1:8000, endpoint",
        "dynamodb://eu-central-1/copilot?endpoint=ftp://example.org, endpoint",
        "dynamodb://eu-central-1/copilot?endpoint=http://a b, endpoint",
        "dynamodb://key:hush@eu-central-1/copilot, access key",
        "dynamodb://hush@local/copilot?endpoint=http://127.0.0.1:8000, secret",
        "dynamodb://key:@local/copilot?endpoint=http://127.0.0.1:8000, secret"
    })
    void whatIsWrongWithAUrlIsSaidWithoutShowingIt(String url, String word) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> of(url))
                .withMessageContaining("copilot.storage.url (in the environment DATABASE_URL)")
                .withMessageContaining(word)
                .satisfies(error -> assertThat(error.getMessage()).doesNotContain("hush"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout=1ms", "timeout=2h", "max-connections=0"})
    void aSettingOutOfRangeIsNamed(String setting) {
        String[] pair = setting.split("=");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() ->
                        TableUnderTest.fresh().with(Map.of(pair[0], pair[1])).open())
                .withMessageContaining("copilot.storage.dynamodb." + pair[0]);
    }

    private static Location of(String url) {
        return Location.of(StorageUrl.parse(url));
    }
}
