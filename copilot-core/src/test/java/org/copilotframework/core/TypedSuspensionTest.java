package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.TypedAgent;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent of records asks in words, and answers with a record. */
class TypedSuspensionTest {
    private static final Caller ALICE = Caller.of("acme", "alice");

    @TempDir
    Path folder;

    private Orchestrator orchestrator;
    private Client client;

    record Order(String what, int price) {}

    record Receipt(String what, boolean paid) {}

    @AgentInfo(name = "order", description = "Asks before it spends much.")
    static final class Orders extends TypedAgent<Order, Receipt> {
        @Override
        protected Optional<AgentReply> suspension(Order order, AgentContext context) {
            if (order.price() < 0) {
                return Optional.of(AgentReply.text("done already"));
            }
            boolean ask = order.price() > 100 && context.activation() == 1;
            return ask
                    ? Optional.of(AgentReply.inputRequired("Pay " + order.price() + " for " + order.what() + "?"))
                    : Optional.empty();
        }

        @Override
        protected Receipt answer(Order order, AgentContext context) {
            boolean asked = context.activation() > 1;
            return new Receipt(order.what(), !asked || context.message().text().equals("yes"));
        }
    }

    @BeforeEach
    void start() throws IOException {
        orchestrator = Orchestrator.builder()
                .home(folder.resolve("home"))
                .plugins(Files.createDirectory(folder.resolve("plugins")))
                .agent(new Orders())
                .start();
        client = orchestrator.forCaller(ALICE);
    }

    @AfterEach
    void close() {
        orchestrator.close();
    }

    @Test
    void whatNeedsNoQuestionIsAnsweredAtOnce() {
        assertThat(client.invoke("order", new Order("socks", 5), Receipt.class)).isEqualTo(new Receipt("socks", true));
    }

    @Test
    void theAnswerInWordsComesWithTheRecordThatTheRunBeganWith() {
        Run run = client.submit(AgentRequest.to("order")
                .data(Map.of("what", "shoes", "price", 120))
                .build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        assertThat(run.question()).hasValue(Message.agent("Pay 120 for shoes?"));

        run.input(Message.user("yes"));

        assertThat(run.reply()
                        .toCompletableFuture()
                        .join()
                        .message()
                        .data()
                        .orElseThrow()
                        .map())
                .containsEntry("what", "shoes")
                .containsEntry("paid", true);
    }

    @Test
    void whoWantsARecordAtOnceLearnsWhichRunWaits() {
        assertThatThrownBy(() -> client.invoke("order", new Order("shoes", 120), Receipt.class))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("INPUT_REQUIRED")
                .hasMessageMatching("(?s).*its run is \\S{10,};.*");
        assertThat(orchestrator.runs().list(ALICE.tenant(), RunState.INPUT_REQUIRED, null, 10))
                .hasSize(1);
    }

    @Test
    void aSuspensionThatDoesNotSuspendIsTheAgentsFault() {
        assertThatThrownBy(() -> client.invoke("order", new Order("shoes", -1), Receipt.class))
                .isInstanceOf(AgentFailedException.class)
                .hasMessageContaining("does not suspend");
    }
}
