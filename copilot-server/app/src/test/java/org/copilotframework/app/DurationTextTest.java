package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
    private final DurationText text = new DurationText();

    @Test
    void aTimeIsANumberWithAUnitOrIso() {
        assertThat(text.convert("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(text.convert("30s")).isEqualTo(Duration.ofSeconds(30));
        assertThat(text.convert("2M")).isEqualTo(Duration.ofMinutes(2));
        assertThat(text.convert("1h")).isEqualTo(Duration.ofHours(1));
        assertThat(text.convert("PT1.5S")).isEqualTo(Duration.ofMillis(1500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "1d", "-5s", "0s", "PT-5S", "99999999999s"})
    void whatIsNoTimeAboveZeroIsRefused(String wrong) {
        assertThatThrownBy(() -> text.convert(wrong)).hasMessageContaining("time");
    }
}
