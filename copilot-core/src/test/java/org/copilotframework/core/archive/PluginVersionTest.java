package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PluginVersionTest {
    @Test
    void versionsAreOrderedBySemver() {
        List<String> ordered = List.of(
                "0.0.0",
                "1.0-SNAPSHOT",
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-beta.2",
                "1.0.0-beta.11",
                "1.0.0-rc.1",
                "1",
                "1.2",
                "1.10",
                "2.0.0");
        Stream<PluginVersion> sorted =
                ordered.stream().map(PluginVersion::parse).sorted();
        assertThat(sorted.map(PluginVersion::toString)).containsExactlyElementsOf(ordered);
    }

    @ParameterizedTest
    @CsvSource({"1,1.0.0", "1.2,1.2.0", "1.0-SNAPSHOT,1.0.0-SNAPSHOT", "1.2.3+build.5,1.2.3+build.5"})
    void whatIsMissingIsZero(String text, String semver) {
        PluginVersion version = PluginVersion.parse(text);
        assertThat(version.semver()).isEqualTo(semver);
        assertThat(version).hasToString(text);
        assertThat(version).isEqualTo(PluginVersion.parse(semver)).hasSameHashCodeAs(PluginVersion.parse(semver));
    }

    @Test
    void buildMetadataDoesNotCount() {
        PluginVersion a = PluginVersion.parse("1.0.0+a");
        PluginVersion b = PluginVersion.parse("1.0.0+b");
        assertThat(a).isEqualByComparingTo(b).isEqualTo(b).hasSameHashCodeAs(b);
        assertThat(a).isNotEqualTo(PluginVersion.parse("1.0.1")).isNotEqualTo("1.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x", "1.2.3.4", "01.0", "1.0.0-01", "99999999999999999999.0.0", " 1.0"})
    void otherTextIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PluginVersion.parse(text))
                .withMessageContaining("write it as 1.2.3");
    }

    @Test
    void constraintsAreThoseOfPf4j() {
        PluginVersion version = PluginVersion.parse("1.5");
        assertThat(version.satisfies("*")).isTrue();
        assertThat(version.satisfies(">=1.0 & <2.0")).isTrue();
        assertThat(version.satisfies("1.x")).isTrue();
        assertThat(version.satisfies(">1.5")).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> version.satisfies("latest"))
                .withMessageContaining("write it as >=1.0");
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void whateverTheTextIsItIsRefusedInWords(String text) {
        assertThat(PluginVersion.isConstraint(text)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PluginVersion.parse("1.0").satisfies(text))
                .withMessageContaining("write it as >=1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PluginVersion.parse(text))
                .withMessageContaining("write it as 1.2.3");
    }

    static List<String> hostileTexts() {
        return List.of(
                ">=99999999999999999999",
                "^9223372036854775807",
                "~9223372036854775807.9223372036854775807",
                "(".repeat(30_000),
                "(".repeat(256),
                "1.0.0-" + "a".repeat(300),
                "!".repeat(257));
    }
}
