package org.copilotframework.example.assistant;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.DataPart;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Part;
import org.copilotframework.api.message.Role;
import org.copilotframework.api.message.TextPart;

/** Asking the user before a tool is called, and what the answer means. */
final class Approval {
    private static final Pattern HIDDEN = Pattern.compile("[\\p{Cf}\\p{Zl}\\p{Zp}]");

    private Approval() {}

    /**
     * The question, which shows the arguments whole: nobody approves what he did not see. It is a part of its own, for a model may
     * well say something that looks like it.
     *
     * @param said what the model said in this activation; may be empty
     * @param call the call to approve
     */
    static AgentReply ask(String said, ToolCall call) {
        Object arguments =
                Json.object(call.arguments()).<Object>map(object -> object).orElse(call.arguments());
        String question = "May I call the agent '" + call.agent() + "' with this?\n\n" + visible(Json.pretty(arguments))
                + "\n\nAnswer yes or no, or say what to do instead.";
        Data data = Data.of(Map.of("approve", Map.of("agent", call.agent(), "arguments", arguments)));
        List<Part> parts = new ArrayList<>();
        if (!said.isEmpty()) {
            // Parts are shown one under the other; here a line is left between them.
            parts.add(new TextPart(visible(said) + "\n"));
        }
        parts.add(new TextPart(question));
        parts.add(new DataPart(data));
        return AgentReply.inputRequired(new Message(Role.AGENT, parts));
    }

    /** Characters that are not seen, or that turn the direction of what is read, are written out. */
    private static String visible(String text) {
        return HIDDEN.matcher(text)
                .replaceAll(hidden -> String.format("\\\\u%04x", hidden.group().codePointAt(0)));
    }

    static boolean given(String answer) {
        String word = word(answer);
        return word.equals("yes") || word.equals("y");
    }

    /** What the model is told in place of a result. */
    static String refusal(String answer) {
        String word = word(answer);
        return word.isEmpty() || word.equals("no") || word.equals("n")
                ? "Not called: the user said no."
                : "Not called: the user was asked for approval and answered: " + answer;
    }

    private static String word(String answer) {
        return answer.strip().replaceAll("[.!]+$", "").toLowerCase(Locale.ROOT);
    }
}
