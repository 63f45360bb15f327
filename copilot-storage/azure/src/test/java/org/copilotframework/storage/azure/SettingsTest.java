package org.copilotframework.storage.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @Test
    void everySettingIsInTheReadmeWithItsDefault() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        for (RecordComponent component : AzureSettings.class.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            Default fallback = component.getAnnotation(Default.class);
            String value = fallback == null ? "" : "`" + fallback.value() + "` ";
            assertThat(readme).contains("\n| `" + name + "` | " + value + "| ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "https://bucket", "Capitals", "under/way", "a b", "-begins"})
    void aBucketThatCanBeNoneIsToldByItsSetting(String name) {
        refused(() -> service().open(name), "copilot.blobs.bucket");
    }

    private static void refused(ThrowingCallable use, String setting) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(use)
                .withMessageContaining(setting)
                .satisfies(AzureUnderTest.SECRETS::areNotIn);
    }

    private static AzureUnderTest service() {
        return AzureUnderTest.with(Optional.of(URI.create("http://127.0.0.1:1/" + Azurite.ACCOUNT)), Azurite.KEY);
    }

    @Test
    void aValueThatCannotBeIsToldByItsSetting() {
        refused(() -> service().chunkMib(0).settings(), "copilot.blobs.azure.chunk-mib");
        for (String odd : new String[] {"ftp://host", "http://host?sig=a", "http://user:canary@host", "host"}) {
            refused(
                    () -> AzureUnderTest.with(Optional.of(URI.create(odd)), Azurite.KEY)
                            .settings(),
                    "copilot.blobs.azure.endpoint");
        }
        refused(() -> AzureUnderTest.with(Optional.empty(), "no key").open(), "copilot.blobs.azure.account-key");
        refused(
                () -> AzureUnderTest.connected("AccountKey=canary;nothing else").open(),
                "copilot.blobs.azure.connection-string");
    }

    @Test
    void secretsAreNotInTheTextOfTheSettings() {
        assertThat(service().settings().toString()).doesNotContain(Azurite.KEY).contains(Azurite.ACCOUNT);
        assertThat(AzureUnderTest.connected("AccountKey=canary").settings().toString())
                .doesNotContain("canary");
    }

    @Test
    void tokensAreSentInNoClearText() {
        refused(
                () -> new AzureUnderTest(
                                Optional.empty(),
                                Optional.of("files"),
                                Optional.empty(),
                                Optional.of(URI.create("http://127.0.0.1:1/files")),
                                "copilot",
                                8,
                                java.time.Duration.ofSeconds(1),
                                1)
                        .settings(),
                "copilot.blobs.azure.endpoint");
    }

    /** Which of the chain's credentials a machine has is its own matter; that the client is made is ours. */
    @Test
    void anAccountWithoutAKeyIsOpenedByTheCredentialsOfTheMachine() {
        new AzureUnderTest(
                        Optional.empty(),
                        Optional.of("files"),
                        Optional.empty(),
                        Optional.empty(),
                        "copilot",
                        8,
                        java.time.Duration.ofSeconds(1),
                        1)
                .open()
                .close();
    }
}
