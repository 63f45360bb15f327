package org.copilotframework.core.call;

import org.copilotframework.api.session.SessionId;
import org.copilotframework.core.session.SessionQueue;

/** Lets one call at a time be at work on a session. */
final class SessionRoom implements Room {
    private final SessionQueue queue;

    SessionRoom(SessionQueue queue) {
        this.queue = queue;
    }

    @Override
    public boolean enter(Call call) {
        SessionId session = call.session();
        return session == null
                || queue.enter(call.caller().tenant(), session, call.request().sessionPolicy(), call);
    }

    @Override
    public void leave(Call call) {
        SessionId session = call.session();
        if (session != null) {
            queue.leave(call.caller().tenant(), session, call);
        }
    }
}
