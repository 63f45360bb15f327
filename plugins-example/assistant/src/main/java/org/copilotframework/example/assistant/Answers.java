package org.copilotframework.example.assistant;

import com.fasterxml.jackson.core.JacksonException;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.example.assistant.EndpointFault.Kind;
import org.jspecify.annotations.Nullable;

/** Reads what LangChain4j made of the endpoint's stream. */
final class Answers {
    private static final int DEPTH = 10;

    private Answers() {}

    /**
     * The answer, if it is one.
     *
     * @throws EndpointFault if the stream ended before the model did, or held nothing
     */
    static Answer of(ChatResponse response) {
        AiMessage said = response.aiMessage();
        String text = said == null || said.text() == null ? "" : said.text();
        List<ToolCall> calls = new ArrayList<>();
        if (said != null && said.hasToolExecutionRequests()) {
            for (ToolExecutionRequest call : said.toolExecutionRequests()) {
                calls.add(new ToolCall(text(call.id()), text(call.name()), "", text(call.arguments()), false));
            }
        }
        FinishReason finish = response.finishReason();
        if (finish == null) {
            boolean nothing = text.isEmpty() && calls.isEmpty();
            throw new EndpointFault(
                    nothing ? Kind.GARBAGE : Kind.PASSING,
                    nothing
                            ? "sent a stream without an answer; is it an OpenAI-compatible chat endpoint?"
                            : "broke off in the middle of an answer");
        }
        TokenUsage usage = response.tokenUsage();
        return new Answer(
                text,
                calls,
                finish.name(),
                usage == null ? 0 : count(usage.inputTokenCount()),
                usage == null ? 0 : count(usage.outputTokenCount()));
    }

    /** What is wrong, in words that hold nothing of the request. */
    static EndpointFault fault(Throwable thrown) {
        return EndpointFault.in(thrown).orElseGet(() -> {
            Throwable cause = thrown;
            for (int depth = 0; cause != null && depth < DEPTH; depth++) {
                if (cause instanceof JacksonException) {
                    return new EndpointFault(Kind.GARBAGE, "sent an event that is not JSON of a chat completion");
                } else if (cause instanceof IOException) {
                    return new EndpointFault(Kind.PASSING, "cannot be reached or broke off: " + brief(cause));
                }
                cause = cause.getCause();
            }
            return new EndpointFault(Kind.GARBAGE, "sent what cannot be understood: " + brief(thrown));
        });
    }

    private static String brief(Throwable thrown) {
        String kind = thrown.getClass().getSimpleName();
        return thrown.getMessage() == null ? kind : kind + ", " + thrown.getMessage();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static long count(@Nullable Integer count) {
        return count == null ? 0 : count;
    }
}
