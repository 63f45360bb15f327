package org.copilotframework.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Name;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginSettingsTest {
    enum Mode {
        FAST,
        VERY_CAREFUL,
        @Name("x")
        OTHER
    }

    record Everything(
            String title,
            int maxFiles,
            long many,
            double ratio,
            boolean deep,
            Mode mode,
            Duration every,
            Path folder,
            URI address,
            BigDecimal price,
            List<Mode> modes,
            Optional<Integer> limit,
            @Default("a, b\\,c") List<String> words,
            @Default("5s") Duration grace,
            @Name("api-key") Optional<String> secretKey,
            @Default("") String suffix) {}

    record Strict(
            int count, Duration every, @Name("api-key") int key, Optional<URI> address, List<Integer> numbers) {
        Strict {
            if (count > 100) {
                throw new IllegalArgumentException("count is at most 100");
            }
        }
    }

    record Odd(Thread thread) {}

    record None() {}

    @TempDir
    Path folder;

    private final Map<String, String> overrides = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    @Test
    void aRecordIsReadFromItsKeys() {
        set("title", "${USER_NAME:nobody} there");
        set("max-files", "7");
        set("many", "8000000000");
        set("ratio", "0.5");
        set("deep", "true");
        set("mode", "very-careful");
        set("every", "500ms");
        set("folder", "data");
        set("address", "https://example.org/");
        set("price", "1.10");
        set("modes[0]", "FAST");
        set("modes[1]", "x");
        Everything read = load().plugin("my.docs-plugin", Everything.class);
        assertThat(read)
                .isEqualTo(new Everything(
                        "nobody there",
                        7,
                        8_000_000_000L,
                        0.5,
                        true,
                        Mode.VERY_CAREFUL,
                        Duration.ofMillis(500),
                        folder.toAbsolutePath().resolve("data"),
                        URI.create("https://example.org/"),
                        new BigDecimal("1.10"),
                        List.of(Mode.FAST, Mode.OTHER),
                        Optional.empty(),
                        List.of("a", "b,c"),
                        Duration.ofSeconds(5),
                        Optional.empty(),
                        ""));
    }

    @Test
    void theEnvironmentNamesAPluginWithUnderscores() {
        environment.put("COPILOT_PLUGIN_MY_DOCS_PLUGIN_COUNT", "1");
        environment.put("COPILOT_PLUGIN_MY_DOCS_PLUGIN_EVERY", "1m");
        environment.put("COPILOT_PLUGIN_MY_DOCS_PLUGIN_API_KEY", "2");
        environment.put("COPILOT_PLUGIN_MY_DOCS_PLUGIN_NUMBERS", "3,4");
        environment.put("COPILOT_PLUGIN_MY_DOCS_PLUGIN_UNHEARD", "of another program");
        assertThat(load().plugin("my.docs-plugin", Strict.class))
                .isEqualTo(new Strict(1, Duration.ofMinutes(1), 2, Optional.empty(), List.of(3, 4)));
    }

    @Test
    void allThatIsWrongIsToldAtOnceAndSecretsAreNotShown() {
        set("count", "x\u0007");
        set("api-key", "hush");
        set("address", "https://me:pw@example.org/ /");
        set("numbers", "1,two,3");
        set("evry", "1s");
        assertThatThrownBy(() -> load().plugin("my.docs-plugin", Strict.class))
                .isInstanceOf(InvalidRequestException.class)
                .message()
                .startsWith("6 settings are wrong:\n")
                .contains(
                        "copilot.plugin.my.docs-plugin.count = 'x?' (from the application): a whole number is"
                                + " expected; in the environment COPILOT_PLUGIN_MY_DOCS_PLUGIN_COUNT",
                        "copilot.plugin.my.docs-plugin.every is not set: a duration such as 30s",
                        "copilot.plugin.my.docs-plugin.api-key = (not shown)",
                        "copilot.plugin.my.docs-plugin.address = (not shown)",
                        "copilot.plugin.my.docs-plugin.numbers = 'two'",
                        "copilot.plugin.my.docs-plugin.evry (from the application) is not a setting here;"
                                + " did you mean copilot.plugin.my.docs-plugin.every?")
                .doesNotContain("hush", "me:pw");
    }

    @Test
    void whatTheRecordItselfRefusesIsToldInItsWords() {
        set("count", "101");
        set("every", "1s");
        set("api-key", "1");
        set("numbers", "1");
        assertThatThrownBy(() -> load().plugin("my.docs-plugin", Strict.class))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "the settings below copilot.plugin.my.docs-plugin do not go together: count is at most 100");
    }

    @Test
    void aTypeThatCannotBeASettingIsNamed() {
        assertThatThrownBy(() -> load().plugin("p", Odd.class))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.plugin.p.thread cannot be a setting: its type is java.lang.Thread");
    }

    @Test
    void aKeyThatMayBelongToAPluginWithALongerIdIsLeftAlone() {
        set("title", "x");
        assertThat(load().plugin("my", None.class)).isEqualTo(new None());
        assertThatThrownBy(() -> load().plugin("my.docs-plugin", None.class)).hasMessageContaining("there are none");
    }

    private void set(String key, String value) {
        overrides.put("copilot.plugin.my.docs-plugin." + key, value);
    }

    private LoadedSettings load() {
        return new SettingsSources()
                .overrides(overrides)
                .systemProperties(Map.of())
                .environment(environment)
                .workingDirectory(folder)
                .load();
    }
}
