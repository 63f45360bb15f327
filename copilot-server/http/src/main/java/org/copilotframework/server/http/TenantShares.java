package org.copilotframework.server.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;

/**
 * Places that tenants share. Whoever holds as many as are still free gets no more: one tenant alone comes to half of them, and the last
 * ones are for those that hold fewest. So nobody is shut out by the slow transfers of somebody else. Safe for use by several threads.
 */
final class TenantShares {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final int most;
    private final String what;
    private final Map<TenantId, Integer> held = new HashMap<>();
    private int taken;

    /**
     * Makes them, all free.
     *
     * @param most how many places there are
     * @param what is told to who gets none, such as {@code files are sent}
     */
    TenantShares(int most, String what) {
        this.most = most;
        this.what = what;
    }

    /**
     * A place, which is given back once. Never waits.
     *
     * @throws UnavailableException if there is none, or the tenant holds its share
     */
    synchronized Gate.Place take(TenantId tenant) {
        int own = held.getOrDefault(tenant, 0);
        if (taken == most) {
            throw new UnavailableException("too many " + what + " at once (a quarter of copilot.http.calls)", SOON);
        } else if (own >= most - taken) {
            throw new UnavailableException(
                    "too many " + what + " at once for this tenant; the places that are left are for others", SOON);
        }
        held.put(tenant, own + 1);
        taken++;
        return new Taken(tenant);
    }

    private synchronized void giveBack(TenantId tenant) {
        taken--;
        held.computeIfPresent(tenant, (who, count) -> count == 1 ? null : count - 1);
    }

    private final class Taken implements Gate.Place {
        private final TenantId tenant;
        private boolean back;

        Taken(TenantId tenant) {
            this.tenant = tenant;
        }

        @Override
        public synchronized void close() {
            if (!back) {
                back = true;
                giveBack(tenant);
            }
        }
    }
}
