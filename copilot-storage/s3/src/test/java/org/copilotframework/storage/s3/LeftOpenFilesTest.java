package org.copilotframework.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.core.Orchestrator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each file that is open holds one of the connections that all tenants share. */
class LeftOpenFilesTest {
    @TempDir
    Path home;

    @AgentInfo(name = "forgetful")
    private static final class Forgetful implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws IOException {
            if (context.blobs().stat("large").isEmpty()) {
                context.blobs().write("large", out -> out.write(new byte[3 << 20]));
            }
            InputStream left = context.blobs().read("large").orElseThrow();
            return AgentReply.text("read " + left.read());
        }
    }

    @Test
    void anAgentThatForgetsToCloseItsFilesTakesTheConnectionsFromNobody() {
        S3Settings usual = BucketUnderTest.settings();
        S3Settings two = new S3Settings(
                Optional.empty(),
                usual.endpoint(),
                true,
                usual.prefix(),
                5,
                Duration.ofSeconds(5),
                2,
                Optional.empty());
        try (Blobs store = BucketUnderTest.open(two, BucketUnderTest.client(two));
                Orchestrator copilot = Orchestrator.builder()
                        .home(home)
                        .setting("copilot.storage.url", "memory:local")
                        .blobs(store)
                        .agent(new Forgetful())
                        .start()) {
            for (int i = 0; i < 5; i++) {
                AgentReply reply = copilot.forCaller(Caller.local())
                        .invoke(AgentRequest.to("forgetful").text("go").build());
                assertThat(reply.message().text()).isEqualTo("read 0");
            }
        }
    }
}
