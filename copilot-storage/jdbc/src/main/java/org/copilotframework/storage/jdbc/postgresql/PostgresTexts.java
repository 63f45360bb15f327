package org.copilotframework.storage.jdbc.postgresql;

import org.copilotframework.storage.jdbc.sql.Rows;
import org.copilotframework.storage.jdbc.sql.Texts;

/** The queries: each one function, which sets the tenant that row-level security goes by before it reads. */
final class PostgresTexts {
    /** A run's head and content, from {@code copilot_run r}. */
    static final String RUN = Rows.HEAD + ", r.input, r.detail";

    static final Texts TEXTS = new Texts(
            "SELECT version, oldest, changed, name, content FROM copilot_session_head(?, ?)",
            "SELECT version, oldest, changed, id FROM copilot_sessions(?, ?, ?)",
            "SELECT id, version, time, agent, content FROM copilot_turns(?, ?, ?, ?, ?)",
            "SELECT " + RUN + " FROM copilot_find_run(?, ?) AS r",
            "SELECT " + Rows.HEAD + " FROM copilot_runs(?, ?, ?) AS r",
            "SELECT " + Rows.HEAD + " FROM copilot_runs_in(?, ?, ?, ?) AS r",
            "SELECT due - copilot_micros(clock_timestamp()) FROM copilot_find_run(?, ?)"
                    + " WHERE holder IS NOT NULL AND due IS NOT NULL",
            "SELECT result FROM copilot_find_step(?, ?, ?)",
            "SELECT name, result FROM copilot_steps(?, ?, ?, ?, ?)",
            "SELECT position, content FROM copilot_events(?, ?, ?, ?, ?)",
            "SELECT name, content, version FROM copilot_find_value(?, ?)",
            "SELECT name, content, version FROM copilot_values(?, ?, ?, ?, ?, ?)",
            "SELECT 1 FROM copilot_find_value(?, ?) WHERE counted IS DISTINCT FROM -version",
            "SELECT expires - copilot_micros(now()) FROM copilot_find_value(?, ?) WHERE expires IS NOT NULL",
            "SELECT no, tenant, topic, name, content FROM copilot_messages(?, ?, ?)",
            "SELECT * FROM copilot_tenants(?, ?)");

    private PostgresTexts() {}
}
