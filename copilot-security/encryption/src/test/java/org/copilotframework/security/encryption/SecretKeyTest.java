package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The secret that keys are wrapped by, kept where secrets are kept. */
class SecretKeyTest {
    private static final String FIRST = "first canary, longer than 32 characters";
    private static final String SECOND = "second canary, longer than 32 characters";

    @TempDir
    private Path folder;

    /** Says how many turns its session has. */
    @AgentInfo(name = "count")
    private static final class Count implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return AgentReply.text(
                    "" + context.session().orElseThrow().history(10).size());
        }
    }

    private OrchestratorBuilder builder() {
        return Orchestrator.builder()
                .home(folder.resolve("home"))
                .setting("copilot.storage.url", "sqlite:" + folder.resolve("copilot.db"))
                .setting("copilot.secrets.file.folder", folder.toString())
                .setting("copilot.encryption.provider", "aead")
                .setting("copilot.encryption.local.secret-key", "${secret:master}")
                .setting("copilot.encryption.local.secret-key-previous", "${secret:master@previous}")
                .agent(new Count());
    }

    private String ask() {
        try (Orchestrator copilot = builder().start()) {
            return copilot.forCaller(Caller.of("acme", "ann", Set.of("*")))
                    .invoke(AgentRequest.to("count").text("x").session("s").build())
                    .text();
        }
    }

    @Test
    void theMasterSecretIsChangedByItsPreviousVersion() throws IOException {
        write("master", FIRST);
        assertThat(ask()).isEqualTo("0");
        write("master", SECOND);
        assertThatThrownBy(this::ask)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("SECRET_KEY")
                .hasMessageNotContaining("canary");
        write("master.previous", FIRST);
        assertThat(ask()).isEqualTo("1");
        assertThat(builder().rotateKeys().rewrapped()).isPositive();
        Files.delete(folder.resolve("master.previous"));
        assertThat(ask()).isEqualTo("2");
    }

    private void write(String name, String secret) throws IOException {
        Files.writeString(folder.resolve(name), secret + "\n");
    }
}
