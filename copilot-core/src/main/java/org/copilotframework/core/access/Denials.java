package org.copilotframework.core.access;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.core.audit.AuditTrail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has denials audited, so many of each credential in a minute, and of those that nobody was recognised by together. Else whoever is
 * kept out could fill the storage, and hide one entry among a million.
 */
final class Denials implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Denials.class);

    /** Whoever's denial comes first in a minute writes these of the one before. */
    private static final int MOST_SUMS = 20;

    private final AuditTrail trail;
    private final int most;
    private final MinuteCounts counts;

    Denials(AuditTrail trail, int most, LongSupplier clock) {
        this.trail = trail;
        this.most = most;
        this.counts = new MinuteCounts(clock, this::sumUp);
    }

    /** Whether it can be kept or not, what was denied stays denied. */
    void add(AuditEntry entry) {
        int count = counts.add(entry.credential());
        if (count <= most) {
            take(entry);
        }
    }

    private void sumUp(Map<String, AtomicInteger> counted) {
        long rest = 0;
        int told = 0;
        for (Map.Entry<String, AtomicInteger> one : counted.entrySet()) {
            int untold = one.getValue().get() - most;
            if (untold > 0 && told < MOST_SUMS) {
                told++;
                take(sum(one.getKey(), untold));
            } else if (untold > 0) {
                rest += untold;
            }
        }
        if (rest > 0) {
            take(sum(MinuteCounts.OTHERS, rest));
        }
    }

    private static AuditEntry sum(String credential, long untold) {
        String words = untold + " more denials in about a minute, which are not told one by one";
        return new AuditEntry(Instant.now(), "", credential, null, "denials", "", "", AuditEntry.Outcome.DENIED, words);
    }

    private void take(AuditEntry entry) {
        if (!trail.tell(entry)) {
            log.debug("A denial is not audited; the trail has told why");
        }
    }

    /** Tells the rest. */
    @Override
    public void close() {
        counts.end();
    }
}
