package org.copilotframework.storage.jdbc.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.storage.jdbc.sql.Micros;
import org.copilotframework.storage.jdbc.sql.Rows;

/** Runs as a queue, within a transaction of the writer. */
final class QueueWrites {
    /** One agent's at a time, by the index: runs of agents that nobody here has do not stand in the way. */
    static final String DUE = "SELECT no, due FROM copilot_run WHERE agent = ? AND due <= ? ORDER BY due LIMIT ?";

    /** Known without reading the content. */
    private static final String SIZE =
            "SELECT coalesce(sum(length(content)), 0) FROM copilot_run_content WHERE no BETWEEN ? AND ?";

    private static final String TAKE = """
            UPDATE copilot_run SET fence = fence + 1, attempt = attempt + 1, holder = ?, due = ?, changed = ?,
                state = CASE state WHEN 'SUBMITTED' THEN 'WORKING' ELSE state END
            WHERE no = ?""";
    private static final String READ = "SELECT " + SqliteTexts.RUN + " FROM copilot_run r WHERE r.no = ?";
    private static final String RENEW = """
            UPDATE copilot_run SET due = ? WHERE tenant = ? AND id = ? AND fence = ? AND holder IS NOT NULL
                AND state NOT IN ('COMPLETED', 'FAILED', 'CANCELED', 'REJECTED')""";

    private record Candidate(long no, long due) {}

    private final Statements statements;

    QueueWrites(Statements statements) {
        this.statements = statements;
    }

    List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit, long maxBytes)
            throws SQLException {
        long now = Micros.now();
        List<Candidate> due = new ArrayList<>();
        for (String agent : agents) {
            due.addAll(statements.query(
                    DUE, Rows.all(row -> new Candidate(row.getLong(1), row.getLong(2))), agent, now, limit));
        }
        due.sort(Comparator.comparingLong(Candidate::due));
        List<RunRecord> claimed = new ArrayList<>();
        long room = maxBytes;
        for (Candidate next : due.subList(0, Math.min(limit, due.size()))) {
            if (maxBytes < Long.MAX_VALUE) {
                room -= statements.query(SIZE, Rows::number, next.no() * 2, next.no() * 2 + 1);
                if (room < 0 && !claimed.isEmpty()) {
                    break;
                }
            }
            statements.update(TAKE, holder, now + Micros.of(lease), now, next.no());
            claimed.addAll(statements.query(READ, Rows.all(Rows::run), next.no()));
        }
        return claimed;
    }

    List<RunLease> renew(Collection<RunLease> held, Duration lease) throws SQLException {
        long due = Micros.now() + Micros.of(lease);
        List<RunLease> lost = new ArrayList<>();
        for (RunLease one : held) {
            int kept =
                    statements.update(RENEW, due, one.tenant().value(), one.id().value(), one.fence());
            if (kept == 0) {
                lost.add(one);
            }
        }
        return lost;
    }
}
