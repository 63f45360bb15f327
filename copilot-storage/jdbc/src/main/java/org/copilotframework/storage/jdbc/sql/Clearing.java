package org.copilotframework.storage.jdbc.sql;

import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clears what deleted sessions and runs leave, so many rows at once: however large one is, each step ends within its time. */
final class Clearing {
    private static final Logger LOG = LoggerFactory.getLogger(Clearing.class);

    /** So many rows at once, so that nobody waits long for what is deleted. */
    private static final int ROWS = 200;

    private final Database database;

    Clearing(Database database) {
        this.database = database;
    }

    /** All that a tenant's deletions left; returns whether there was any. */
    boolean all(TenantId tenant) {
        int cleared = database.clear(tenant, ROWS);
        boolean any = cleared > 0;
        while (cleared == ROWS) {
            cleared = database.clear(tenant, ROWS);
        }
        return any;
    }

    /** What a deletion left that is made already: if the store fails now, a sweep clears the rest. */
    void behind(TenantId tenant) {
        try {
            all(tenant);
        } catch (UnavailableException later) {
            LOG.info("What a deletion left is not cleared yet; a sweep does that: {}", later.getMessage());
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
