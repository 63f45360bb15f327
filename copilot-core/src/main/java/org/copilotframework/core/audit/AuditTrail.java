package org.copilotframework.core.audit;

import java.time.Duration;
import java.util.List;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.audit.AuditSink;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.secret.Redaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands each entry to all sinks. Safe for use by several threads. */
public final class AuditTrail {
    private static final Logger log = LoggerFactory.getLogger(AuditTrail.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** What comes from outside may be as long as a request. */
    private static final int LONGEST = 1_000;

    private final List<AuditSink> sinks;
    private final Redaction redaction;
    private volatile String trouble = "";

    /**
     * Uses sinks.
     *
     * @param sinks the sinks, in the order in which they are told
     * @param redaction keeps secrets out of targets and details
     */
    public AuditTrail(List<AuditSink> sinks, Redaction redaction) {
        this.sinks = List.copyOf(sinks);
        this.redaction = redaction;
    }

    /**
     * Hands an entry to all sinks, to the others also if one fails.
     *
     * @param entry what happened
     * @throws UnavailableException if a sink cannot keep it; what it says is begun is then not to be done
     */
    public void take(AuditEntry entry) {
        if (!tell(entry)) {
            throw new UnavailableException("this cannot be audited, and is not done without; try again", RETRY);
        }
    }

    /**
     * Hands an entry of what is over to all sinks. The log and health tell if one fails.
     *
     * @param entry what happened
     * @return whether all have kept it
     */
    public boolean tell(AuditEntry entry) {
        AuditEntry bounded = bounded(entry);
        String failure = null;
        for (AuditSink sink : sinks) {
            try {
                sink.take(bounded);
            } catch (RuntimeException | Error fault) {
                failure = redaction.of(Faults.inWords(fault));
                log.error("{} cannot keep what is audited: {}", sink.getClass().getName(), failure);
            }
        }
        trouble = failure == null ? "" : "what is audited cannot be kept: " + failure;
        return failure == null;
    }

    private AuditEntry bounded(AuditEntry entry) {
        return new AuditEntry(
                entry.time(),
                cut(entry.subject()),
                cut(entry.credential()),
                entry.tenant(),
                cut(entry.action()),
                entry.target().isEmpty() ? "" : cut(redaction.of(cut(entry.target()))),
                cut(entry.remote()),
                entry.outcome(),
                entry.detail().isEmpty() ? "" : cut(redaction.of(cut(entry.detail()))));
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "...";
    }

    /**
     * What does not work now.
     *
     * @return why the last entry could not be kept; empty if it was
     */
    public String trouble() {
        return trouble;
    }
}
