package org.copilotframework.api.spi.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;

class SecretValueTest {
    private static final String CURRENT = "of today, which nobody sees";

    @Test
    void nothingShowsWhatItIs() {
        SecretValue value = new SecretValue(CURRENT, Optional.of("of yesterday"));
        assertThat(value.toString()).doesNotContain("of ");
        assertThat(value.current()).isEqualTo(CURRENT);
        assertThat(value.previous()).contains("of yesterday");
        assertThat(SecretValue.of(CURRENT).previous()).isEmpty();
    }

    @Test
    void anEmptyOrHugeOneIsRefusedWithoutBeingShown() {
        assertThatThrownBy(() -> SecretValue.of("")).isInstanceOf(InvalidRequestException.class);
        String huge = CURRENT + "x".repeat(SecretSource.MAX_VALUE);
        assertThatThrownBy(() -> SecretValue.of(huge))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(String.valueOf(huge.length()))
                .hasMessageNotContaining(CURRENT);
        assertThatThrownBy(() -> new SecretValue(CURRENT, Optional.of("")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("previous");
    }
}
