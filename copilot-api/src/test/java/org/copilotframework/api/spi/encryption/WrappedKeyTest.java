package org.copilotframework.api.spi.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrappedKeyTest {
    private static final byte[] BYTES = {1, 2, 3};

    @Test
    void itSaysByWhichKeyAndNotWhat() {
        assertThat(new WrappedKey("alias/a", 2, BYTES)).asString().isEqualTo("WrappedKey[by alias/a, version 2]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "sch\u00f6n"})
    void aNameThatIsNoPrintableAsciiIsRefused(String keyId) {
        assertThatThrownBy(() -> new WrappedKey(keyId, 1, BYTES))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("keyId");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Short.MAX_VALUE + 1})
    void aVersionThatDoesNotFitIsRefused(int version) {
        assertThatThrownBy(() -> new WrappedKey("a", version, BYTES))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("version");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, (16 << 10) + 1})
    void bytesThatNoWrapperMakesAreRefused(int length) {
        assertThatThrownBy(() -> new WrappedKey("a", 1, new byte[length]))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("bytes");
    }
}
