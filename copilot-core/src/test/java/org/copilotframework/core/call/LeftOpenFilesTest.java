package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.ConflictException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each open file may hold a connection that all share: none outlives the call that opened it. */
class LeftOpenFilesTest {
    private final HostedAgents agents = new HostedAgents();
    private final List<InputStream> left = new ArrayList<>();
    private AgentContext kept;

    @AfterEach
    void close() {
        agents.close();
    }

    private InputStream opened(AgentContext context) throws IOException {
        context.blobs().write("a", out -> out.write(new byte[10]));
        InputStream file = context.blobs().read("a").orElseThrow();
        left.add(file);
        return file;
    }

    @Test
    void whatAnAgentLeavesOpenIsClosedWhenItReturns() {
        agents.with("forgets", (request, context) -> {
            kept = context;
            return AgentReply.text("read " + opened(context).read());
        });
        assertThat(agents.client().invoke("forgets", "go").message().text()).isEqualTo("read 0");
        assertThatIOException().isThrownBy(() -> left.get(0).read()).withMessageContaining("end of the activation");
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> kept.blobs().read("a"))
                .withMessageContaining("has ended");
    }

    @Test
    void whatAnAgentLeavesOpenIsClosedWhenItThrows() {
        agents.with("throws", (request, context) -> {
            throw new IllegalStateException("with " + opened(context).read());
        });
        assertThatExceptionOfType(AgentFailedException.class)
                .isThrownBy(() -> agents.client().invoke("throws", "go"));
        assertThatIOException().isThrownBy(() -> left.get(0).read());
    }

    @Test
    void howManyMayBeOpenIsSet() {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.limits = HostedAgents.limits(limits -> limits.openFiles = 2);
        try (HostedAgents few = new HostedAgents(setup)) {
            few.with("greedy", (request, context) -> {
                opened(context);
                opened(context);
                opened(context);
                return AgentReply.text("never");
            });
            assertThatExceptionOfType(AgentFailedException.class)
                    .isThrownBy(() -> few.client().invoke("greedy", "go"))
                    .withMessageContaining("copilot.invoke.open-files");
            assertThat(left).hasSize(2);
        }
    }

    @Test
    void whoOpensTooManyIsTold() {
        agents.with("greedy", (request, context) -> {
            for (int i = 0; i < 100; i++) {
                opened(context);
            }
            return AgentReply.text("never");
        });
        assertThatExceptionOfType(AgentFailedException.class)
                .isThrownBy(() -> agents.client().invoke("greedy", "go"))
                .withMessageContaining("files open");
        assertThat(left).hasSize(32).allSatisfy(file -> assertThatIOException().isThrownBy(file::read));
    }
}
