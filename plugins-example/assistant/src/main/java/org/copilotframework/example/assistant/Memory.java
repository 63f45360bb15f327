package org.copilotframework.example.assistant;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.DataPart;
import org.copilotframework.api.message.FilePart;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Part;
import org.copilotframework.api.message.TextPart;
import org.copilotframework.api.session.Session;
import org.copilotframework.api.session.Turn;

/** What was said before. */
final class Memory {
    /** A page of a session has no more. */
    private static final int MOST = 1_000;

    private Memory() {}

    /** How many turns the session had when the run began; what came later belongs to other runs, or is this run itself. */
    static long begin(AgentContext context) throws Exception {
        if (context.session().isEmpty()) {
            return 0;
        }
        return context.step(
                "begin", Long.class, key -> context.session().orElseThrow().version());
    }

    /**
     * The conversation with this agent.
     *
     * @param upTo the session's version when the run began
     * @param turns how many turns to tell at most
     */
    static List<ChatMessage> before(AgentContext context, String agent, long upTo, int turns) {
        List<ChatMessage> told = new ArrayList<>();
        if (turns > 0 && upTo > 0) {
            Session session = context.session().orElseThrow();
            long since = session.version() - upTo;
            List<Turn> own = session.history((int) Math.min(MOST, turns + since)).stream()
                    .filter(turn -> turn.version() <= upTo && turn.agent().equals(agent))
                    .toList();
            for (Turn turn : own.subList(Math.max(0, own.size() - turns), own.size())) {
                String asked = words(turn.request());
                String answered = words(turn.reply());
                if (!asked.isEmpty() && !answered.isEmpty()) {
                    told.add(UserMessage.from(asked));
                    told.add(AiMessage.from(answered));
                }
            }
        }
        return told;
    }

    /** What a user says, for the model. */
    static String question(Message message) {
        if (message.parts().stream().anyMatch(FilePart.class::isInstance)) {
            throw new InvalidRequestException("message: the assistant takes text and data, no files");
        }
        String words = words(message);
        if (words.isBlank()) {
            throw new InvalidRequestException("message: say something to the assistant");
        }
        return words;
    }

    private static String words(Message message) {
        return message.parts().stream().flatMap(Memory::words).collect(Collectors.joining("\n"));
    }

    private static Stream<String> words(Part part) {
        if (part instanceof TextPart said) {
            return Stream.of(said.text());
        } else if (part instanceof DataPart said) {
            return Stream.of(Json.text(said.data()));
        }
        return Stream.empty();
    }
}
