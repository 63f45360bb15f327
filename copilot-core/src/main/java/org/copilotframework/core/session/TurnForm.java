package org.copilotframework.core.session;

import java.util.Map;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.session.Turn;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.core.json.StoredJson;

/** A turn as it is stored: {@code {"request": message, "reply": message}}. */
public final class TurnForm {
    /** What a turn holds beside its head. */
    private record Said(Message request, Message reply) {
        byte[] bytes() {
            return StoredJson.write(Map.of("request", StoredJson.tree(request), "reply", StoredJson.tree(reply)));
        }

        static Said read(StoredTurn turn) {
            Map<String, ?> tree = StoredJson.read(turn.content().bytes(), "turn " + turn.id());
            return new Said(StoredJson.message(tree.get("request")), StoredJson.message(tree.get("reply")));
        }
    }

    private TurnForm() {}

    /**
     * For the store.
     *
     * @param turn the turn
     * @return its stored form, encoded when it is needed
     */
    public static StoredTurn store(Turn turn) {
        return new StoredTurn(
                turn.id(),
                turn.version(),
                turn.time(),
                turn.agent(),
                Payload.of(new Said(turn.request(), turn.reply()), Said::bytes));
    }

    /**
     * From the store.
     *
     * @param stored the stored form
     * @return the turn
     * @throws org.copilotframework.api.error.UnavailableException if it cannot be read
     */
    public static Turn read(StoredTurn stored) {
        Said said = stored.content().value(Said.class).orElseGet(() -> Said.read(stored));
        return new Turn(stored.id(), stored.version(), stored.time(), stored.agent(), said.request(), said.reply());
    }
}
