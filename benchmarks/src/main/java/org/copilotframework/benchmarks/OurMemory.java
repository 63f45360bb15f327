package org.copilotframework.benchmarks;

import java.time.Instant;
import java.util.List;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.Turn;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.core.session.ActivationSession;
import org.copilotframework.core.session.TurnForm;

/** What the orchestrator does around an agent: a session's head, its turns if the agent asks for them, one commit. */
record OurMemory(Storage storage) implements Memory {
    @Override
    public void fill(String conversation, int messages, int window) {
        for (long version = 1; version <= messages / 2; version++) {
            storage.commit(Activations.turn(new SessionId(conversation), version));
        }
    }

    @Override
    public int turn(String conversation, int window) {
        SessionId id = new SessionId(conversation);
        ActivationSession session = ActivationSession.open(storage.sessions(), Activations.TENANT, id);
        int read = 2
                * (window == ALL
                        ? all(id, session.version())
                        : session.history(window / 2).size());
        Turn turn = new Turn(
                Activations.newRun() + "/1",
                session.version() + 1,
                Instant.now(),
                Activations.AGENT,
                Message.user(Activations.QUESTION),
                Message.agent(Activations.ANSWER));
        storage.commit(
                Commit.in(Activations.TENANT).session(session.change(turn, 0)).build());
        return read;
    }

    /** Page by page: no agent gets more than 1,000 turns at once. */
    private int all(SessionId id, long newest) {
        int read = 0;
        long upTo = newest;
        while (upTo > 0) {
            List<StoredTurn> page =
                    storage.sessions().turns(Activations.TENANT, id, upTo, Sessions.MAX_PAGE, 32L << 20);
            read += page.stream().map(TurnForm::read).toList().size();
            upTo = page.get(0).version() - 1;
        }
        return read;
    }

    @Override
    public void close() {
        storage.close();
    }
}
