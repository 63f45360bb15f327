package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of health, and to whom. */
class HealthTest {
    @TempDir
    Path home;

    @Test
    void aPartThatDoesNotWorkIsToldToWhoMayAskAndTheServerIsReady() {
        TestKeys keys = new TestKeys()
                .with("nurse", "ned", "acme", "health:read")
                .with("boss", "bea", "acme", "*")
                .inTrouble("the keys of the issuer cannot be read");
        try (TestServer server = TestServer.start(home, builder -> builder.authenticator(keys), settings -> settings)) {
            TestServer.Reply plain = server.get("/health/ready");
            assertThat(plain.status()).isEqualTo(200);
            assertThat(plain.body()).isEqualTo("{\"status\":\"degraded\"}");

            TestServer.Reply verbose = server.as("nurse").get("/health/ready?verbose=true");
            assertThat(verbose.status()).isEqualTo(200);
            assertThat(verbose.at("/status")).isEqualTo("degraded");
            assertThat(verbose.body()).contains("\"name\":\"authentication\"", "the keys of the issuer cannot be read");
            assertThat(server.as("boss").get("/health/ready?verbose=true").status())
                    .isEqualTo(403);
        }
    }
}
