package org.copilotframework.storage.jdbc.sqlite;

import org.copilotframework.storage.jdbc.sql.Rows;
import org.copilotframework.storage.jdbc.sql.Texts;

/** The queries. Rows are fetched one by one, so a limit on bytes is only looked at where they are read. */
final class SqliteTexts {
    /** A run's head and content, from {@code copilot_run r}. */
    static final String RUN = Rows.HEAD + ", (SELECT content FROM copilot_run_content c WHERE c.no = r.no * 2),"
            + " (SELECT content FROM copilot_run_content c WHERE c.no = r.no * 2 + 1)";

    /** One statement, so that version and state are of one moment. */
    private static final String HEAD = """
            SELECT s.version, s.oldest, s.changed, e.name, e.content
            FROM copilot_session s LEFT JOIN copilot_state e ON e.session = s.no
            WHERE s.tenant = ? AND s.id = ?""";

    private static final String SESSIONS = """
            SELECT version, oldest, changed, id FROM copilot_session
            WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?""";

    private static final String TURNS = """
            SELECT t.id, t.no & 268435455, t.time, t.agent, t.content
            FROM copilot_session s JOIN copilot_turn t ON t.no BETWEEN (s.no << 28) + 1 AND (s.no << 28) + ?3
            WHERE s.tenant = ?1 AND s.id = ?2 AND ?5 IS NOT NULL ORDER BY t.no DESC LIMIT ?4""";

    private static final String EVENTS = """
            SELECT e.position, e.content FROM copilot_run r JOIN copilot_event e ON e.run = r.no
            WHERE r.tenant = ?1 AND r.id = ?2 AND e.position > ?3 AND ?5 IS NOT NULL ORDER BY e.position LIMIT ?4""";

    /** To the millisecond, so up to 999 microseconds less than by the clock by which values are written. */
    private static final String NOW = "CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER)";

    private static final String ALIVE = " AND (expires IS NULL OR expires > " + NOW + ")";

    /** Steps from one tenant to the next by the indexes, since there may be a million rows of each. */
    private static final String TENANTS = """
            WITH RECURSIVE tenants(name) AS (
                SELECT ?
                UNION ALL
                SELECT (SELECT min(next) FROM (
                    SELECT (SELECT min(tenant) FROM copilot_session WHERE tenant > tenants.name) AS next
                    UNION ALL SELECT (SELECT min(tenant) FROM copilot_run WHERE tenant > tenants.name)
                    UNION ALL SELECT (SELECT min(tenant) FROM copilot_value WHERE tenant > tenants.name)
                    UNION ALL SELECT (SELECT min(tenant) FROM copilot_outbox WHERE tenant > tenants.name)))
                FROM tenants WHERE name IS NOT NULL)
            SELECT name FROM tenants WHERE name IS NOT NULL LIMIT ? OFFSET 1""";

    /** From one agent to the next by the index. */
    static final String AGENTS_DUE = """
            WITH RECURSIVE agents(name) AS (
                SELECT min(agent) FROM copilot_run WHERE due IS NOT NULL
                UNION ALL
                SELECT (SELECT min(agent) FROM copilot_run WHERE agent > agents.name AND due IS NOT NULL)
                FROM agents WHERE name IS NOT NULL)
            SELECT name FROM agents WHERE name IS NOT NULL""";

    /** Of one agent: agent, due at, limit. */
    static final String OVERDUE =
            "SELECT " + Rows.HEAD + " FROM copilot_run r WHERE r.agent = ? AND r.due <= ? ORDER BY r.due LIMIT ?";

    static final Texts TEXTS = new Texts(
            HEAD,
            SESSIONS,
            TURNS,
            "SELECT " + RUN + " FROM copilot_run r WHERE r.tenant = ? AND r.id = ?",
            "SELECT " + Rows.HEAD + " FROM copilot_run r WHERE r.tenant = ? AND r.id < ? ORDER BY r.id DESC LIMIT ?",
            "SELECT " + Rows.HEAD + " FROM copilot_run r WHERE r.tenant = ? AND r.state = ? AND r.id < ?"
                    + " ORDER BY r.id DESC LIMIT ?",
            "SELECT due - " + NOW
                    + " FROM copilot_run WHERE tenant = ? AND id = ? AND holder IS NOT NULL AND due IS NOT NULL",
            "SELECT e.result FROM copilot_run r JOIN copilot_step e ON e.run = r.no"
                    + " WHERE r.tenant = ? AND r.id = ? AND e.name = ?",
            "SELECT e.name, e.result FROM copilot_run r JOIN copilot_step e ON e.run = r.no"
                    + " WHERE r.tenant = ?1 AND r.id = ?2 AND e.name > ?3 AND ?5 IS NOT NULL ORDER BY e.name LIMIT ?4",
            EVENTS,
            "SELECT name, content, version FROM copilot_value WHERE tenant = ? AND name = ?" + ALIVE,
            "SELECT name, content, version FROM copilot_value WHERE tenant = ?1 AND name > ?2 AND name >= ?3"
                    + " AND name < ?4 AND ?6 IS NOT NULL" + ALIVE + " ORDER BY name LIMIT ?5",
            "SELECT 1 FROM copilot_value WHERE tenant = ? AND name = ? AND counted IS NOT -version" + ALIVE,
            "SELECT max(1, expires - " + NOW + " - 999) FROM copilot_value WHERE tenant = ? AND name = ? AND expires > "
                    + NOW,
            "SELECT no, tenant, topic, name, content FROM copilot_outbox WHERE no > ?1 AND ?3 IS NOT NULL"
                    + " ORDER BY no LIMIT ?2",
            TENANTS);

    private SqliteTexts() {}
}
