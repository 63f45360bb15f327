package org.copilotframework.security.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.copilotframework.security.aws.Recall.ask;
import static org.copilotframework.security.aws.Teller.told;

import java.nio.file.Path;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.Health;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.security.aws.FakeAws.Rule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host whose settings refer to secrets of Secrets Manager. */
class SecretsHostTest {
    @TempDir
    private Path folder;

    private final FakeAws aws = new FakeAws();

    @AfterEach
    void stop() {
        aws.close();
    }

    private Host host() {
        return new Host(aws, folder);
    }

    private OrchestratorBuilder reading(OrchestratorBuilder builder) {
        return host().readingSecrets(builder)
                .setting("copilot.secrets.refresh", "50ms")
                .setting("copilot.secrets.aws.prefix", "copilot/");
    }

    private OrchestratorBuilder telling(String setting) {
        return reading(host().at("home")).agent(new Teller()).setting("copilot.plugin.teller.key", setting);
    }

    @Test
    void aSettingTakesASecretOrAFieldOfOne() {
        aws.secrets.put("copilot/key", "k-1");
        aws.secrets.put("copilot/db", "{\"user\":\"ann\",\"password\":\"p@ss\"}");
        try (Orchestrator copilot = telling("${secret:key}").start()) {
            assertThat(told(copilot)).isEqualTo("k-1, before nothing");
        }
        try (Orchestrator copilot =
                telling("${secret:db#user}:${secret:db#password}").start()) {
            assertThat(told(copilot)).isEqualTo("ann:p@ss, before nothing");
        }
    }

    @Test
    void aSecretThatIsChangedIsUsedWithoutARestartAndTheOneBeforeIsHonoured() {
        aws.secrets.put("copilot/key", "k-1");
        try (Orchestrator copilot = telling("${secret:key}").start()) {
            aws.secrets.put("copilot/key", "k-2");
            await().until(() -> told(copilot).equals("k-2, before k-1"));
            aws.secrets.put("copilot/key", "k-3");
            await().until(() -> told(copilot).equals("k-3, before k-2"));
        }
    }

    /** Down, throttled, not allowed any more, deleted: what was read goes on. */
    @Test
    void whileSecretsManagerFailsTheLastValueGoesOnAndHealthSaysSo() {
        aws.secrets.put("copilot/key", "k-1");
        try (Orchestrator copilot = telling("${secret:key}").start()) {
            assertThat(told(copilot)).startsWith("k-1");
            assertGoesOn(copilot, any -> FakeAws.error(400, "ThrottlingException"), "asks to slow down");
            assertGoesOn(copilot, any -> FakeAws.error(500, "InternalServiceError"), "did not answer as expected");
            assertGoesOn(copilot, any -> FakeAws.reset(), "cannot be reached");
            assertGoesOn(copilot, any -> FakeAws.error(400, "AccessDeniedException"), "does not allow");
            assertGoesOn(copilot, any -> FakeAws.error(400, "InvalidRequestException"), "it is to be deleted");
            assertIsWellAgain(copilot);
        }
    }

    private void assertGoesOn(Orchestrator copilot, Rule rule, String said) {
        aws.rule(rule);
        await().until(() -> secrets(copilot).reason().contains(said));
        assertThat(secrets(copilot)).satisfies(part -> {
            assertThat(part.status()).isEqualTo(Health.Status.DEGRADED);
            assertThat(part.reason()).contains("'key'").doesNotContain("k-1").doesNotContain("assumed-role");
        });
        assertThat(told(copilot)).startsWith("k-1");
    }

    private void assertIsWellAgain(Orchestrator copilot) {
        aws.secrets.put("copilot/key", "k-2");
        aws.well();
        await().until(() -> told(copilot).startsWith("k-2"));
        await().until(() -> secrets(copilot).status() == Health.Status.OK);
    }

    @Test
    void whileSecretsManagerIsSlowNobodyWaitsForItAndHealthSaysSo() {
        aws.secrets.put("copilot/key", "k-1");
        try (Orchestrator copilot = telling("${secret:key}")
                .setting("copilot.secrets.aws.timeout", "3s")
                .start()) {
            aws.rule(any -> aws.hang());
            await().until(() -> aws.count("secretsmanager:GetSecretValue") > 0);
            assertThat(told(copilot)).startsWith("k-1");
            assertGoesOn(copilot, any -> aws.hang(), "did not answer within 3000 ms (copilot.secrets.aws.timeout)");
            assertIsWellAgain(copilot);
        }
    }

    private static Health.Part secrets(Orchestrator copilot) {
        return Host.health(copilot, "secrets");
    }

    @Test
    void aSecretThatIsNotThereOrNotAllowedIsSaidAtTheStart() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> telling("${secret:key}").start())
                .withMessageContaining("copilot.plugin.teller.key")
                .withMessageContaining("'key'");
        aws.rule(any -> FakeAws.error(400, "AccessDeniedException"));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> telling("${secret:key}").start())
                .withMessageContaining("does not allow secretsmanager:GetSecretValue on the secret 'copilot/key'");
    }

    /** The master secret of the encryption, and the one before it, by the two labels that AWS has for them. */
    @Test
    void theSecretKeyMayComeFromSecretsManagerAndBeChangedThere() {
        aws.secrets.put("copilot/master", "a secret of the tests, long enough 1");
        OrchestratorBuilder encrypted = reading(host().encrypted("home"))
                .setting("copilot.encryption.local.secret-key", "${secret:master}")
                .setting("copilot.encryption.local.secret-key-previous", "${secret:master@previous}");
        try (Orchestrator copilot = encrypted.start()) {
            ask(copilot, "acme", "one");
        }
        aws.secrets.put("copilot/master", "a secret of the tests, long enough 2");
        try (Orchestrator copilot = encrypted.start()) {
            assertThat(ask(copilot, "acme", "two")).isEqualTo("Before: [one]");
        }
        assertThat(encrypted.rotateKeys())
                .satisfies(rotation -> assertThat(rotation.rewrapped()).isEqualTo(rotation.keys()));
        aws.secrets
                .put("copilot/master", "a secret of the tests, long enough 2")
                .withoutLabel("AWSPREVIOUS");
        try (Orchestrator copilot = encrypted.start()) {
            assertThat(ask(copilot, "acme", "three")).isEqualTo("Before: [one, two]");
        }
    }
}
