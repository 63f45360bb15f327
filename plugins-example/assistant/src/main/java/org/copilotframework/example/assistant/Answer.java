package org.copilotframework.example.assistant;

import java.util.List;

/**
 * What the model said to one request, as it is kept with the run.
 *
 * @param text its words; may be empty if it calls tools
 * @param calls the tools it wants called, in order
 * @param finish why it stopped, in the words of LangChain4j
 * @param inputTokens how much it read, by the endpoint's count; 0 if that is not told
 * @param outputTokens how much it wrote
 */
record Answer(String text, List<ToolCall> calls, String finish, long inputTokens, long outputTokens) {
    /** The answer was cut at the limit of tokens. */
    boolean cut() {
        return finish.equals("LENGTH");
    }
}
