package org.copilotframework.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @Test
    void everySettingIsInTheReadmeWithItsDefault() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        for (RecordComponent component : GcsSettings.class.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            Default fallback = component.getAnnotation(Default.class);
            String value = fallback == null ? "" : "`" + fallback.value() + "` ";
            assertThat(readme).contains("\n| `" + name + "` | " + value + "| ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "gs://bucket", "Capitals", "under/way", "a b", "-begins"})
    void aBucketThatCanBeNoneIsToldByItsSetting(String name) {
        refused(() -> service().open(name), "copilot.blobs.bucket");
    }

    private static void refused(ThrowingCallable use, String setting) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(use)
                .withMessageContaining(setting)
                .satisfies(GcsUnderTest.SECRETS::areNotIn);
    }

    private static GcsUnderTest service() {
        return GcsUnderTest.at(URI.create("http://127.0.0.1:1"));
    }

    @Test
    void aValueThatCannotBeIsToldByItsSetting() {
        refused(() -> service().prefix("/a").settings(), "copilot.blobs.gcs.prefix");
        refused(() -> service().prefix("a".repeat(65)).settings(), "copilot.blobs.gcs.prefix");
        refused(() -> service().prefix("../a").settings(), "copilot.blobs.gcs.prefix");
        refused(() -> service().chunkMib(0).settings(), "copilot.blobs.gcs.chunk-mib");
        for (String odd : new String[] {"ftp://host", "http://host/path", "http://user:secret@host", "host"}) {
            refused(() -> GcsUnderTest.at(URI.create(odd)).settings(), "copilot.blobs.gcs.endpoint");
        }
        refused(
                () -> new GcsSettings(
                        Optional.empty(),
                        Optional.of(Path.of("key.json")),
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        8,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        1),
                "copilot.blobs.gcs.anonymous");
    }

    @Test
    void aFileThatHoldsNoCredentialsIsNamedAndNotShown(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("key.json"), "{\"type\": \"PRIVATE KEY\"}");
        refused(() -> service().with(file).open(), file.toString());
        refused(() -> service().with(folder.resolve("none.json")).open(), "copilot.blobs.gcs.credentials-file");
    }
}
