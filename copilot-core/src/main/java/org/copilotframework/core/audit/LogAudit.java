package org.copilotframework.core.audit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.audit.AuditSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each entry as one line of JSON, under a name of its own, so that a logging provider can send it elsewhere than the rest. One
 * whose level is above {@code info} drops it without a word, so that is looked at.
 */
public final class LogAudit implements AuditSink {
    private static final String NAME = "copilot.audit";
    private static final Logger audit = LoggerFactory.getLogger(NAME);
    private static final Logger log = LoggerFactory.getLogger(LogAudit.class);

    private final boolean alone;
    private final AtomicBoolean told = new AtomicBoolean();

    /**
     * Begins to log.
     *
     * @param alone whether nothing else keeps what is audited
     */
    public LogAudit(boolean alone) {
        this.alone = alone;
    }

    @Override
    public void take(AuditEntry entry) {
        if (audit.isInfoEnabled()) {
            audit.info("{}", AuditForm.line(entry));
        } else if (alone) {
            throw new UnavailableException(
                    "the logger " + NAME + " drops it; set its level to info, or copilot.audit.storage to true",
                    Duration.ZERO);
        } else if (!told.getAndSet(true)) {
            log.warn("What is audited is not logged: the level of the logger {} is above info", NAME);
        }
    }
}
