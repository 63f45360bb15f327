package org.copilotframework.example.assistant;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.StepInDoubtException;
import org.copilotframework.api.agent.StepMode;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.run.Event;
import org.jspecify.annotations.Nullable;

/**
 * One activation of a run. Whatever costs or changes something is a step, so a run that goes on walks the same way again from
 * its beginning and does only what was not done yet.
 */
final class Dialogue {
    private final AgentRequest request;
    private final AgentContext context;
    private final AssistantSettings settings;
    private final Endpoint endpoint;
    private final Toolbox toolbox;
    private final Speech speech;
    /** How many questions the user has answered: each began one more activation. */
    private final int answered;

    private int questions;

    Dialogue(AgentRequest request, AgentContext context, AssistantSettings settings, Endpoint endpoint) {
        this.request = request;
        this.context = context;
        this.settings = settings;
        this.endpoint = endpoint;
        this.toolbox = new Toolbox(context, settings, request.agent());
        this.speech = new Speech(context);
        this.answered = context.activation() - 1;
    }

    AgentReply reply() throws Exception {
        String question = Memory.question(context.firstMessage());
        if (answered > 0) {
            // Later activations are not told it again.
            context.step("answer/" + answered, String.class, key -> request.text());
        }
        List<ChatMessage> told = new ArrayList<>();
        told.add(SystemMessage.from(settings.instructions()));
        told.addAll(Memory.before(context, request.agent(), Memory.begin(context), settings.historyTurns()));
        told.add(UserMessage.from(question));
        for (int round = 1; round <= settings.maxRounds(); round++) {
            Answer answer = ask(told, round);
            if (answer.calls().isEmpty()) {
                return last(answer);
            }
            AgentReply asked = call(answer, round, told);
            if (asked != null) {
                return asked;
            }
        }
        throw new QuotaExceededException("the model still called tools after " + settings.maxRounds() + " answers ("
                + AssistantAgent.prefix(context) + "max-rounds); ask for less at once, or raise it");
    }

    private Answer ask(List<ChatMessage> told, int round) throws Exception {
        speech.pause();
        boolean[] now = new boolean[1];
        Answer answer = context.step("model/" + round, Answer.class, key -> {
            now[0] = true;
            Answer said = endpoint.ask(
                    ChatRequest.builder()
                            .messages(told)
                            .toolSpecifications(toolbox.shown())
                            .build(),
                    context,
                    speech);
            context.emit(new Event.Custom("usage", usage(said)));
            return new Answer(
                    said.text(),
                    toolbox.settled(said.calls(), round),
                    said.finish(),
                    said.inputTokens(),
                    said.outputTokens());
        });
        if (!now[0]) {
            speech.recall(answer.text());
        }
        return answer;
    }

    private Data usage(Answer answer) {
        return Data.of(Map.of(
                "model", settings.model().orElseThrow(),
                "inputTokens", answer.inputTokens(),
                "outputTokens", answer.outputTokens()));
    }

    private AgentReply last(Answer answer) {
        if (answer.cut()) {
            speech.pause();
            speech.accept("[The answer was cut here at the limit of tokens; " + AssistantAgent.prefix(context)
                    + "max-tokens can raise it.]");
        }
        if (speech.said().isEmpty()) {
            throw new AgentFailedException(
                    request.agent(),
                    context.runId().value(),
                    "the model said nothing; it stopped because of " + answer.finish());
        }
        return AgentReply.text(speech.said());
    }

    /** Calls what the model wants called; the reply is a question to the user, or null if it goes on. */
    private @Nullable AgentReply call(Answer answer, int round, List<ChatMessage> told) throws Exception {
        told.add(message(answer));
        for (int i = 0; i < answer.calls().size(); i++) {
            ToolCall call = answer.calls().get(i);
            String refused = null;
            if (call.approval()) {
                questions++;
                if (questions > answered) {
                    return Approval.ask(speech.said(), call);
                }
                refused = refused();
                speech.forget();
            }
            String result = refused != null ? refused : result("tool/" + round + "/" + i, call);
            told.add(ToolExecutionResultMessage.from(call.id(), call.name(), result.isEmpty() ? "(nothing)" : result));
        }
        return null;
    }

    private @Nullable String refused() throws Exception {
        String said = context.step("answer/" + questions, String.class, key -> request.text());
        return Approval.given(said) ? null : Approval.refusal(said);
    }

    private String result(String step, ToolCall call) throws Exception {
        try {
            return context.step(step, StepMode.AT_MOST_ONCE, String.class, key -> {
                context.emit(
                        new Event.Progress("calls " + (call.agent().isEmpty() ? call.name() : call.agent()), null));
                return toolbox.call(call);
            });
        } catch (StepInDoubtException doubt) {
            context.logger().warn("Whether agent '{}' was called is not known: {}", call.agent(), doubt.getMessage());
            return "It is not known whether this call was made and what came of it: the process ended in the middle."
                    + " Do not make it again; tell the user to look.";
        }
    }

    private static AiMessage message(Answer answer) {
        List<ToolExecutionRequest> calls = answer.calls().stream()
                .map(call -> ToolExecutionRequest.builder()
                        .id(call.id())
                        .name(call.name())
                        .arguments(call.arguments())
                        .build())
                .toList();
        return answer.text().isEmpty() ? AiMessage.from(calls) : AiMessage.from(answer.text(), calls);
    }
}
