package org.copilotframework.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Optional;
import org.copilotframework.storage.jdbc.JdbcSettings.Synchronous;
import org.junit.jupiter.api.Test;

class JdbcSettingsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Test
    void whatIsOutOfRangeIsRefusedByName() {
        refused(() -> settings(Duration.ofMillis(99), 10, Optional.empty()), "timeout");
        refused(() -> settings(Duration.ofMinutes(11), 10, Optional.empty()), "timeout");
        refused(() -> settings(TIMEOUT, 0, Optional.empty()), "pool-size");
        refused(() -> settings(TIMEOUT, 1_001, Optional.empty()), "pool-size");
        refused(() -> settings(TIMEOUT, 10, Optional.of(1L)), "max-bytes");
    }

    @Test
    void theOwnersPasswordIsNotShown() {
        Optional<String> url = Optional.of("postgresql://owner:secret@host/db");
        JdbcSettings settings = new JdbcSettings(TIMEOUT, 10, Synchronous.FULL, Optional.empty(), url, false);
        assertThat(settings.toString()).contains("timeout=PT10S").doesNotContain("secret", "owner:");
    }

    private static JdbcSettings settings(Duration timeout, int poolSize, Optional<Long> maxBytes) {
        return new JdbcSettings(timeout, poolSize, Synchronous.FULL, maxBytes, Optional.empty(), false);
    }

    private static void refused(Runnable making, String setting) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(making::run)
                .withMessageContaining(setting);
    }
}
