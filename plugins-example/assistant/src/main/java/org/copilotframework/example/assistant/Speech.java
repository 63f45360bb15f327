package org.copilotframework.example.assistant;

import java.util.function.Consumer;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.run.Event;

/** What is said in one activation: the pieces that are emitted make up the text of its reply. */
final class Speech implements Consumer<String> {
    /** Between what the model says before and after it calls a tool. */
    static final String BREAK = "\n\n";

    private final AgentContext context;
    private final StringBuilder said = new StringBuilder();
    private boolean paused;

    Speech(AgentContext context) {
        this.context = context;
    }

    /** A further piece, as it comes from the model. */
    @Override
    public void accept(String piece) {
        String whole = piece;
        if (paused && !said.isEmpty()) {
            whole = BREAK + piece;
        }
        paused = false;
        said.append(whole);
        context.emit(new Event.Text(whole));
    }

    /** What follows is another answer of the model. */
    void pause() {
        paused = true;
    }

    /** What an earlier worker of this activation has emitted already. */
    void recall(String text) {
        if (!text.isEmpty()) {
            said.append(said.isEmpty() ? "" : BREAK).append(text);
        }
    }

    /** What was said until now was the question of an earlier activation. */
    void forget() {
        said.setLength(0);
    }

    String said() {
        return said.toString();
    }
}
