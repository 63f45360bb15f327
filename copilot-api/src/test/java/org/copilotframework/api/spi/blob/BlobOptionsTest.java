package org.copilotframework.api.spi.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlobOptionsTest {
    @Test
    void theLastConditionHolds() {
        BlobOptions options = BlobOptions.NONE.ifAbsent().ifVersion("v1");
        assertThat(options.onlyIfAbsent()).isFalse();
        assertThat(options.onlyIfVersion()).isEqualTo("v1");
        assertThat(options.ifAbsent().onlyIfAbsent()).isTrue();
        assertThat(options.ifAbsent().onlyIfVersion()).isNull();
    }

    @Test
    void whatIsKeptBesideIsKeptWithTheCondition() {
        BlobOptions options = BlobOptions.NONE
                .contentType("text/plain; charset=utf-8")
                .metadata(Map.of("lang", "en"))
                .ifAbsent();
        assertThat(options.contentType()).isEqualTo("text/plain; charset=utf-8");
        assertThat(options.metadata()).containsExactly(Map.entry("lang", "en"));
        assertThat(BlobOptions.NONE.contentType()).isEqualTo("application/octet-stream");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text", "text/", "text/plain\r\nX-Evil: 1"})
    void whatIsNoMediaTypeIsRefused(String type) {
        assertThatThrownBy(() -> BlobOptions.NONE.contentType(type))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("contentType");
    }

    @ParameterizedTest
    @CsvSource({"Lang, en", "1a, en", "a-b, en", "lang, ''", "lang, ' en'", "lang, \u00e9"})
    void metadataThatNotEveryStoreCanKeepIsRefused(String name, String value) {
        assertThatThrownBy(() -> BlobOptions.NONE.metadata(Map.of(name, value)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("metadata");
    }

    @Test
    void metadataIsBoundedAsAWhole() {
        assertThatThrownBy(() -> BlobOptions.NONE.metadata(Map.of("a", "x".repeat(750), "b", "x".repeat(750))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("1500");
    }
}
