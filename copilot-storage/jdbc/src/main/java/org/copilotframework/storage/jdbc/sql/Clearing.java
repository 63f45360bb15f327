package org.copilotframework.storage.jdbc.sql;

import org.copilotframework.api.caller.TenantId;

/** Clears what deleted sessions and runs leave, so many rows at once: however large one is, each step ends within its time. */
final class Clearing {
    /** So many rows at once, so that nobody waits long for what is deleted. */
    private static final int ROWS = 200;

    private final Database database;

    Clearing(Database database) {
        this.database = database;
    }

    /** All that a tenant's deletions left. */
    void all(TenantId tenant) {
        int cleared = database.clear(tenant, ROWS);
        while (cleared == ROWS) {
            cleared = database.clear(tenant, ROWS);
        }
    }

    /** Of all tenants, at most so many steps; returns how many were full. Fewer than that if nothing is left. */
    int some(int limit) {
        int steps = 0;
        while (steps < limit && database.clear(null, ROWS) == ROWS) {
            steps++;
        }
        return steps;
    }
}
