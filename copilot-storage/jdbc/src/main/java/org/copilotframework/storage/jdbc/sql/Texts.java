package org.copilotframework.storage.jdbc.sql;

/**
 * The queries that the databases word differently.
 *
 * @param now an expression: the database's clock in microseconds since 1970
 * @param run the columns of a run, its input and its detail, from {@code copilot_run r}
 * @param turns a session's turns, the newest first: tenant, session, latest version, limit, limit on bytes
 * @param events a run's events: tenant, run, position to begin after, limit, limit on bytes
 */
public record Texts(String now, String run, String turns, String events) {}
