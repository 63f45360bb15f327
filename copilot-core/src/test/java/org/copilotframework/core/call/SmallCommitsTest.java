package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.storage.MemoryStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store that takes only small commits: what it cannot take is refused at the door, or is its agent's fault. */
class SmallCommitsTest {
    private static final int MOST = 40_000;

    private final AtomicInteger tooLarge = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private final HostedAgents agents = new HostedAgents(setup()).with("says", (request, context) -> {
        begun.incrementAndGet();
        int length = Integer.parseInt(request.text().strip());
        context.session().ifPresent(session -> session.put("said", Data.of("x".repeat(length))));
        return AgentReply.text("x".repeat(length));
    });

    private HostedAgents.Setup setup() {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.storage = small(new MemoryStorage(100));
        return setup;
    }

    @AfterEach
    void close() {
        agents.close();
        assertThat(tooLarge).as("commits that the store had to refuse").hasValue(0);
    }

    @Test
    void aRequestIsRefusedAtTheDoor() {
        AgentRequest large =
                AgentRequest.to("says").text("1" + " ".repeat(MOST / 4)).build();

        assertThatThrownBy(() -> agents.client().invoke(large))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("more than the 10000 of copilot.invoke.message-bytes");
        assertThatThrownBy(() -> agents.client().submit(large)).isInstanceOf(InvalidRequestException.class);
        assertThat(begun).hasValue(0);
    }

    @Test
    void aReplyIsItsAgentsFaultAndTheRunIsOver() {
        Run run = agents.client()
                .submit(AgentRequest.to("says").text("10001").session("s").build());

        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(AgentFailedException.class)
                .hasMessageContaining("more than the 10000 of copilot.invoke.message-bytes");
        await().until(() -> run.state() == RunState.FAILED);
        assertThat(begun).hasValue(1);
    }

    @Test
    void whatGoesIntoOneCommitTogetherIsItsAgentsFaultToo() {
        agents.with("remembers", (request, context) -> {
            for (int i = 0; i < 5; i++) {
                context.session().orElseThrow().put("entry" + i, Data.of("x".repeat(9_000)));
            }
            return AgentReply.text("done");
        });

        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("remembers")
                                .text("go")
                                .session("s")
                                .build()))
                .isInstanceOf(AgentFailedException.class)
                .hasMessageContaining("more than the " + MOST + " that the store takes")
                .hasMessageContaining("blobs()");
        Run run = agents.client()
                .submit(AgentRequest.to("remembers").text("go").session("s").build());
        assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(AgentFailedException.class);
        await().until(() -> run.state() == RunState.FAILED);
    }

    @Test
    void whatFitsIsCommitted() {
        Run run = agents.client()
                .submit(AgentRequest.to("says")
                        .text("9000" + " ".repeat(9_000))
                        .session("s")
                        .build());

        assertThat(run.reply().toCompletableFuture().join().text()).hasSize(9_000);
        await().until(() -> run.state() == RunState.COMPLETED);
    }

    private Storage small(MemoryStorage memory) {
        return (Storage) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Storage.class}, (proxy, method, args) -> {
                    if (method.getName().equals("maxCommitBytes")) {
                        return (long) MOST;
                    } else if (method.getName().equals("commit") && ((Commit) args[0]).contentBytes() > MOST) {
                        tooLarge.incrementAndGet();
                        throw new InvalidRequestException("too large");
                    }
                    try {
                        return method.invoke(memory, args);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }
}
