package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.server.http.tls.TlsSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the face serves is set like anything else. */
class HttpSettingsTest {
    @TempDir
    Path home;

    private Orchestrator with(String... settings) {
        OrchestratorBuilder builder = Orchestrator.builder().home(home).setting("copilot.storage.url", "memory:");
        for (int i = 0; i < settings.length; i += 2) {
            builder.setting("copilot.http." + settings[i], settings[i + 1]);
        }
        return builder.start();
    }

    @Test
    void whatIsNotSetIsTheDefault() {
        try (Orchestrator orchestrator = with()) {
            assertThat(HttpSettings.of(orchestrator)).isEqualTo(HttpSettings.defaults());
        }
    }

    @Test
    void whatIsSetIsRead() {
        try (Orchestrator orchestrator =
                with("port", "0", "drain-delay", "5s", "cors-origins", "https://a.example,https://b.example")) {
            HttpSettings settings = HttpSettings.of(orchestrator);
            assertThat(settings.port()).isZero();
            assertThat(settings.drainDelay()).isEqualTo(Duration.ofSeconds(5));
            assertThat(settings.corsOrigins()).containsExactly("https://a.example", "https://b.example");
        }
    }

    @Test
    void whatIsWrongIsTold() {
        assertThatThrownBy(() -> {
                    try (Orchestrator orchestrator = with("prot", "1")) {
                        HttpSettings.of(orchestrator);
                    }
                })
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.http.port");
        assertThatThrownBy(() -> {
                    try (Orchestrator orchestrator = with("cors-origins", "*")) {
                        HttpSettings.of(orchestrator);
                    }
                })
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.http.cors-origins");
    }

    @Test
    void aTimeBeyondAnyClockIsTold() {
        for (String setting :
                List.of("idle-timeout", "keep-alive", "drain-delay", "drain-timeout", "hsts", "tls.reload")) {
            for (String time : List.of("PT9223372036854775807S", "PT-9223372036854775808S", "999999999999d")) {
                assertThatThrownBy(() -> {
                            try (Orchestrator orchestrator = with(setting, time)) {
                                HttpSettings.of(orchestrator);
                            }
                        })
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageContaining("copilot.http." + setting)
                        .hasMessageContaining("100 years at most");
            }
        }
    }

    @Test
    void theReadmeListsThemAll() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        assertListed(readme, "", HttpSettings.class);
        assertListed(readme, "tls.", TlsSettings.class);
    }

    private static void assertListed(String readme, String group, Class<? extends Record> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getType().isRecord()) {
                continue;
            }
            String key = group
                    + component.getName().replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
            String variable = "COPILOT_HTTP_" + key.replaceAll("[-.]", "_").toUpperCase(Locale.ROOT);
            Default said = component.getAnnotation(Default.class);
            String fallback = said == null ? "" : said.value();
            assertThat(readme)
                    .contains("| `copilot.http." + key + "` | `" + variable + "` | "
                            + (fallback.isEmpty() ? "none" : "`" + fallback + "`") + " |");
        }
    }

    @Test
    void groupsAreReadAndAllThatIsWrongInThemIsTold() {
        try (Orchestrator orchestrator =
                with("tls.certificate", "c.pem", "tls.client-auth", "want", "tls.client-ca", "ca")) {
            TlsSettings tls = HttpSettings.of(orchestrator).tls();
            assertThat(tls.isOn()).isTrue();
            assertThat(tls.clientAuth()).isEqualTo(TlsSettings.ClientAuth.WANT);
        }
        try (Orchestrator orchestrator =
                with("tsl.certificate", "c", "tls.certificat", "c", "tls.reload", "soon", "prot", "1")) {
            assertThatThrownBy(() -> HttpSettings.of(orchestrator))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContainingAll(
                            "copilot.http.tsl.certificate",
                            "copilot.http.tls.certificat ",
                            "copilot.http.tls.reload",
                            "copilot.http.prot ");
        }
    }
}
