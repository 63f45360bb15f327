package org.copilotframework.api.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SecretTest {
    @Test
    void aFixedOneStaysWhatItIsAndShowsNothing() {
        Secret secret = Secret.of("sesame");
        assertThat(secret.value()).isEqualTo("sesame");
        assertThat(secret.previous()).isEmpty();
        assertThat(secret).asString().doesNotContain("sesame");
        assertThat(secret).as("which would tell whether a guess is right").isNotEqualTo(Secret.of("sesame"));
    }

    @Test
    void anEmptyOneIsRefused() {
        assertThatThrownBy(() -> Secret.of("")).isInstanceOf(IllegalArgumentException.class);
    }
}
