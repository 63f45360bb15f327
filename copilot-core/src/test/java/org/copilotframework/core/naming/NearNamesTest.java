package org.copilotframework.core.naming;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearNamesTest {
    private static final List<String> KNOWN = List.of("docs", "dogs", "hello", "hello-world");

    @Test
    void theNearestNameIsFirst() {
        assertThat(NearNames.of("docz", KNOWN)).containsExactly("docs", "dogs");
        assertThat(NearNames.of("hel", KNOWN)).containsExactly("hello", "hello-world");
        assertThat(NearNames.of("something", KNOWN)).isEmpty();
    }

    @Test
    void aHostileNameCostsLittleAndIsShownInPart() {
        assertThat(NearNames.of("x".repeat(10_000_000), KNOWN)).isEmpty();
        assertThat(NearNames.shown("a\u001b[31m\n" + "b".repeat(100))).isEqualTo("a?[31m?" + "b".repeat(57) + "...");
    }
}
