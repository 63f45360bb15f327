package org.copilotframework.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What roles grant, from all sources, and the keys and secrets of those who recognise callers. */
class RoleTableTest {
    private static final String ROLES = "copilot.security.roles.";

    @TempDir
    Path folder;

    private LoadedSettings loaded(Map<String, String> environment, Map<String, String> overrides) {
        return new SettingsSources()
                .environment(environment)
                .systemProperties(Map.of())
                .workingDirectory(folder)
                .overrides(overrides)
                .load();
    }

    @Test
    void aRoleIsAListOfScopes() {
        try (LoadedSettings loaded =
                loaded(Map.of(), Map.of(ROLES + "Ops_1.x", " plugins:write , health:read,", ROLES + "none", ""))) {
            assertThat(loaded.roles()).isEqualTo(Map.of("Ops_1.x", Set.of("plugins:write", "health:read")));
        }
    }

    @Test
    void aVariableNamesOneInLowerCaseOrTheOneThatAFileNames() throws Exception {
        Files.writeString(
                folder.resolve("copilot.properties"), ROLES + "Night_Watch=sessions:read\n%prod." + ROLES + "boss=*\n");
        Map<String, String> variables = Map.of(
                "COPILOT_SECURITY_ROLES_ON_CALL", "health:read", "COPILOT_SECURITY_ROLES_NIGHT_WATCH", "runs:read");
        try (LoadedSettings loaded = loaded(variables, Map.of())) {
            assertThat(loaded.roles())
                    .isEqualTo(Map.of("on-call", Set.of("health:read"), "Night_Watch", Set.of("runs:read")));
        }
        try (LoadedSettings loaded = loaded(Map.of("APP_ENV", "prod"), Map.of())) {
            assertThat(loaded.roles()).containsEntry("boss", Set.of("*")).containsKey("Night_Watch");
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "a, role:b, no further role",
                "a, agents invoke, scopes with commas",
                "-a, x, 1 to 64 ASCII letters",
                "a/b, x, 1 to 64 ASCII letters",
                "a, ${secret:x}, is none; write the scopes",
                "a, ${NOT_SET}, is not set"
            })
    void whatCannotBeARoleIsToldWithTheRest(String role, String scopes, String lack) {
        assertThatThrownBy(() -> loaded(Map.of(), Map.of(ROLES + role, scopes, "copilot.invoke.timeout", "never")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(ROLES + role)
                .hasMessageContaining(lack)
                .hasMessageContaining("copilot.invoke.timeout");
    }

    @Test
    void theKeyAndTheSecretHaveNamesInTheEnvironment() {
        try (LoadedSettings loaded = loaded(Map.of("API_KEY", "k17", "SECRET_KEY", "s17"), Map.of())) {
            assertThat(loaded.hasApiKey()).isTrue();
            assertThat(loaded.provider("security", "apikey", Keys.class)).isEqualTo(new Keys("k17", "s17"));
            assertThat(loaded.provider("security", "jwt", Tokens.class)).isEqualTo(new Tokens("s17"));
        }
        try (LoadedSettings loaded = loaded(Map.of("API_KEY", ""), Map.of())) {
            assertThat(loaded.hasApiKey()).isFalse();
        }
    }

    private record Keys(String key, String secret) {}

    private record Tokens(String secret) {}

    @Test
    void whatAKeyGrantsIsNoSecretAndTheKeyIs() {
        Map<String, String> settings = Map.of(
                "copilot.security.apikey.key", "correct horse battery",
                "copilot.security.apikey.scopes", "agents:invoke,sessions:read",
                "copilot.security.jwt.secret-issuer", "https://issuer.example/");
        try (LoadedSettings loaded =
                loaded(Map.of("COPILOT_SECURITY_APIKEY_TENANTS", "globex-limited,initech"), settings)) {
            String words = "agents:invoke,sessions:read https://issuer.example/ globex-limited,initech ";
            assertThat(loaded.redaction().of(words + "correct horse battery")).isEqualTo(words + "*****");
        }
        try (LoadedSettings loaded = loaded(Map.of("COPILOT_SECURITY_APIKEY_KEY", "correct horse battery"), Map.of())) {
            assertThat(loaded.redaction().of("correct horse battery")).isEqualTo("*****");
        }
    }
}
