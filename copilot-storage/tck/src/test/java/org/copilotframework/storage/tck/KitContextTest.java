package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Name;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.storage.tck.example.ShelfProvider;
import org.junit.jupiter.api.Test;

class KitContextTest {
    enum Sync {
        FULL,
        NOT_AT_ALL
    }

    record Settings(
            String user,
            @Default("5s") Duration commitTimeout,
            @Default("4") int poolSize,
            @Default("full") Sync synchronous,
            @Name("ca") Optional<Path> certificate,
            List<String> hosts,
            @Default("true") boolean migrate,
            @Default("1.5") double factor,
            @Default("http://127.0.0.1/") URI endpoint) {}

    @Test
    void settingsAreReadAsTheOrchestratorReadsThem() {
        Settings settings = context(Map.of(
                        "user",
                        "me",
                        "commit-timeout",
                        "PT2S",
                        "synchronous",
                        "not-at-all",
                        "ca",
                        "ca.pem",
                        "hosts",
                        "a, b"))
                .settings(Settings.class);

        assertThat(settings)
                .isEqualTo(new Settings(
                        "me",
                        Duration.ofSeconds(2),
                        4,
                        Sync.NOT_AT_ALL,
                        Optional.of(Path.of("ca.pem")),
                        List.of("a", "b"),
                        true,
                        1.5,
                        URI.create("http://127.0.0.1/")));
    }

    @Test
    void whatIsMissingUnknownOrWrongIsNamed() {
        refused(Map.of("hosts", "a"), "user");
        refused(Map.of("user", "me", "hosts", "a", "pool", "3"), "pool");
        refused(Map.of("user", "me", "hosts", "a", "pool-size", "many"), "pool-size");
        refused(Map.of("user", "me", "hosts", "a", "synchronous", "half"), "synchronous");
    }

    private static void refused(Map<String, String> settings, String name) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> context(settings).settings(Settings.class))
                .withMessageContaining(name);
    }

    private static KitContext context(Map<String, String> settings) {
        return new KitContext(settings, Path.of("home"));
    }

    @Test
    void theExamplesOwnSettingsAreThere() {
        StoreUnderTest store = new StoreUnderTest() {
            @Override
            public ShelfProvider provider() {
                return new ShelfProvider();
            }

            @Override
            public String url() {
                return "shelf:";
            }
        };

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(store::open)
                .withMessageContaining("copilot.storage.url");
        assertThat(store.context().home()).isAbsolute();
    }
}
