package org.copilotframework.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopilotSettingsTest {
    @TempDir
    Path folder;

    private final Map<String, String> defaults = new HashMap<>();
    private final Map<String, String> overrides = new HashMap<>();
    private final Map<String, String> system = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void realPath() throws Exception {
        folder = folder.toRealPath();
    }

    @Test
    void withNothingSetTheDefaultsHold() {
        CopilotSettings core = load();
        assertThat(core.environment()).isEqualTo(CopilotSettings.Environment.DEV);
        assertThat(core.home()).isEqualTo(folder.resolve(".copilot"));
        assertThat(core.logLevel()).isEqualTo(CopilotSettings.LogLevel.INFO);
        assertThat(core.plugins().dir()).isEmpty();
        assertThat(core.plugins().trust()).isEqualTo(PluginSettings.Trust.ANY);
        assertThat(core.plugins().pollInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(core.plugins().limits().archiveBytes().bytes()).isEqualTo(1L << 30);
        assertThat(core.plugins().limits().unpackedBytes()).hasToString("4GiB");
        assertThat(core.invoke().timeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(core.invoke().maxTimeout()).isEqualTo(Duration.ofHours(1));
        assertThat(core.invoke().maxDepth()).isEqualTo(16);
        assertThat(core.workers().virtual()).isEqualTo(WorkerSettings.Virtual.AUTO);
        assertThat(core.workers().cpuThreads()).isZero();
        assertThat(core.storage().url()).isEqualTo("memory:local");
    }

    @Test
    void theSourcesWinInTheirOrder() throws Exception {
        Files.writeString(folder.resolve("copilot.properties"), "copilot.invoke.max-depth = 1");
        assertThat(load().invoke().maxDepth()).isEqualTo(1);

        Files.createDirectory(folder.resolve(".copilot"));
        Files.writeString(folder.resolve(".copilot/copilot.properties"), "copilot.invoke.max-depth = 2");
        assertThat(load().invoke().maxDepth()).isEqualTo(2);

        Files.writeString(folder.resolve(".env"), "# ours\nexport COPILOT_INVOKE_MAX_DEPTH='3'\n");
        assertThat(load().invoke().maxDepth()).isEqualTo(3);

        environment.put("COPILOT_INVOKE_MAX_DEPTH", "4");
        assertThat(load().invoke().maxDepth()).isEqualTo(4);

        system.put("copilot.invoke.max-depth", "5");
        assertThat(load().invoke().maxDepth()).isEqualTo(5);

        overrides.put("copilot.invoke.max-depth", "6");
        assertThat(load().invoke().maxDepth()).isEqualTo(6);
    }

    @Test
    void aDefaultOfTheApplicationHoldsWhereNothingElseIsSet() throws Exception {
        defaults.put("copilot.invoke.max-depth", "7");
        defaults.put("copilot.storage.url", "${DATABASE_URL:sqlite:${copilot.home}/copilot.db}");
        assertThat(load().invoke().maxDepth()).isEqualTo(7);
        assertThat(load().storage().url()).isEqualTo("sqlite:.copilot/copilot.db");
        overrides.put("copilot.home", "elsewhere");
        assertThat(load().storage().url()).isEqualTo("sqlite:elsewhere/copilot.db");
        environment.put("DATABASE_URL", "memory:local");
        assertThat(load().storage().url()).isEqualTo("memory:local");

        Files.writeString(folder.resolve("copilot.properties"), "copilot.invoke.max-depth = 1");
        assertThat(load().invoke().maxDepth()).isEqualTo(1);
    }

    @Test
    void aWrongDefaultOfTheApplicationIsTold() {
        defaults.put("copilot.invoke.max-depth", "deep");
        defaults.put("copilot.invoke.max-dept", "7");
        assertThatThrownBy(this::load)
                .hasMessageContaining("copilot.invoke.max-depth = 'deep' (from the default)")
                .hasMessageContaining("copilot.invoke.max-dept (from the default) is not a setting");
    }

    @Test
    void theProfileFollowsAppEnv() throws Exception {
        Files.writeString(
                folder.resolve("copilot.properties"),
                "copilot.invoke.timeout = 10s\n%prod.copilot.invoke.timeout = PT20S\n");
        assertThat(load().invoke().timeout()).isEqualTo(Duration.ofSeconds(10));
        environment.put("APP_ENV", "prod");
        assertThat(load().environment()).isEqualTo(CopilotSettings.Environment.PROD);
        assertThat(load().invoke().timeout()).isEqualTo(Duration.ofSeconds(20));
        environment.put("COPILOT_INVOKE_TIMEOUT", "30s");
        assertThat(load().invoke().timeout()).as("a higher source").isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void theUsualVariablesOfAPlatformAreHeard() throws Exception {
        Files.writeString(folder.resolve(".env"), "DATABASE_URL=\"jdbc:sqlite:a.db\"\nLOG_LEVEL=DEBUG\n");
        assertThat(load().storage().url()).isEqualTo("jdbc:sqlite:a.db");
        assertThat(load().logLevel()).isEqualTo(CopilotSettings.LogLevel.DEBUG);
    }

    @Test
    void allThatIsWrongIsToldAtOnce() throws Exception {
        overrides.put("copilot.invoke.timeout", "2h");
        overrides.put("copilot.invoke.max-dept", "7");
        overrides.put("copilot.plugins.trust", "some");
        overrides.put("copilot.plugins.limits.archive-bytes", "1 GB");
        environment.put("COPILOT_WORKERS_THREADS", "many");
        environment.put("COPILOT_SOMETHING_ELSE", "of another program");
        system.put("copilot.of.another", "program");
        environment.put("APP_ENV", "test");
        system.put("copilot.invoke.queue", "-1");
        Files.writeString(
                folder.resolve("copilot.properties"),
                "copilot.plugins.stop-timeout=0s\n%prod.copilot.hoem=x\ncopilot.plugin.x.y=1");
        Files.writeString(folder.resolve(".env"), "DATABASE_URL=${NOWHERE}");
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidRequestException.class)
                .message()
                .startsWith("10 settings are wrong:\n")
                .contains(
                        "copilot.environment = 'test' (from the default): one of dev, staging, prod, enterprise is"
                                + " expected; in the environment COPILOT_ENVIRONMENT",
                        "copilot.invoke.timeout is longer than copilot.invoke.max-timeout",
                        "copilot.invoke.max-dept (from the application) is not a setting; did you mean"
                                + " copilot.invoke.max-depth",
                        "copilot.plugins.trust = 'some' (from the application): one of any, digest, signed is expected",
                        "copilot.plugins.limits.archive-bytes = '1 GB' (from the application): a number of bytes such"
                                + " as 512, 64KiB, 4MiB or 1GiB is expected; in the environment"
                                + " COPILOT_PLUGINS_LIMITS_ARCHIVE_BYTES",
                        "copilot.workers.threads = 'many' (from the environment): a whole number is expected",
                        "copilot.invoke.queue = '-1' (from the system properties): at least 0 is expected",
                        "copilot.plugins.stop-timeout = '0s' (from " + folder.resolve("copilot.properties")
                                + "): a duration of more than nothing is expected",
                        "copilot.hoem (from " + folder.resolve("copilot.properties")
                                + ") is not a setting; did you mean" + " copilot.home?",
                        "copilot.storage.url refers to a value that is not set")
                .doesNotContain("SRCFG", "smallrye", "SOMETHING_ELSE", "of.another", "plugin.x");
    }

    @Test
    void anEmptyValueIsNoValue() {
        overrides.put("copilot.invoke.max-depth", "");
        assertThatThrownBy(this::load)
                .hasMessageContaining("copilot.invoke.max-depth is not set: a whole number is expected");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws Exception {
        Files.writeString(folder.resolve(".env"), "A=1\nnonsense\n");
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("line 2 of " + folder.resolve(".env") + " is not NAME=value");
        Files.delete(folder.resolve(".env"));
        Files.write(folder.resolve("copilot.properties"), new byte[] {(byte) 0xC3, 0x28});
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("cannot be read as UTF-8");
    }

    @Test
    void theSourcesOfThisProcessAreTheDefault() {
        assertThat(new SettingsSources().workingDirectory(folder).load().core().home())
                .isEqualTo(folder.resolve(".copilot"));
    }

    @Test
    void sizesReadAsTheyAreWritten() {
        assertThat(ByteSize.parse("512").bytes()).isEqualTo(512);
        assertThat(ByteSize.parse("64 KiB").bytes()).isEqualTo(65_536);
        assertThat(ByteSize.parse("64KiB")).hasToString("64KiB");
        assertThat(new ByteSize(1025)).hasToString("1025");
        assertThatThrownBy(() -> ByteSize.parse("9999999999999999GiB")).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new ByteSize(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    private CopilotSettings load() {
        return new SettingsSources()
                .defaults(defaults)
                .overrides(overrides)
                .systemProperties(system)
                .environment(environment)
                .workingDirectory(folder)
                .load()
                .core();
    }
}
