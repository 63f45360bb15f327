package org.copilotframework.storage.redis;

import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;

/** How a run is read from the fields of its hash, always in the same order. */
final class RunForm {
    /** Agent, session, state, fence, activation, attempt, holder, due, created, modified; input and outcome. */
    static final String[] FIELDS = {"g", "s", "t", "f", "a", "n", "h", "d", "c", "m", "i", "o"};

    private RunForm() {}

    static RunHead head(TenantId tenant, String id, Reply fields) {
        String session = fields.textOrNull(1);
        return new RunHead(
                tenant,
                new RunId(id),
                fields.text(0),
                session == null ? null : new SessionId(session),
                RunState.valueOf(fields.text(2)),
                fields.number(3),
                (int) fields.number(4),
                (int) fields.number(5),
                fields.textOrNull(6),
                fields.has(7) ? fields.time(7) : null,
                fields.time(8),
                fields.time(9));
    }

    static RunRecord record(TenantId tenant, String id, Reply fields) {
        return new RunRecord(head(tenant, id, fields), fields.payload(10), fields.has(11) ? fields.payload(11) : null);
    }
}
