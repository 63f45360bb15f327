package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;

/** Times that cannot keep what the documentation says of them are refused at the start. */
class AeadSettingsTest {
    @Test
    void aKeyLivesAtLeastTwiceAsLongAsItIsUsedWithoutALook() {
        refused(Duration.ofSeconds(60), Duration.ofSeconds(119), "twice");
        refused(Duration.ZERO, Duration.ofHours(1), "key-check");
        refused(Duration.ofMinutes(1).negated(), Duration.ofHours(1), "key-check");
        assertThatCode(() -> new AeadSettings(Duration.ofSeconds(60), Duration.ofSeconds(120)))
                .doesNotThrowAnyException();
    }

    @Test
    void aTimeThatIsTooLongToCountIsRefused() {
        refused(Duration.ofMinutes(1), Duration.ofSeconds(Long.MAX_VALUE), "365 days");
        refused(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofHours(1), "twice");
    }

    private static void refused(Duration check, Duration life, String says) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> new AeadSettings(check, life))
                .withMessageContaining(says);
    }
}
