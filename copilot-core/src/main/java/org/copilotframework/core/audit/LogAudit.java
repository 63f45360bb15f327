package org.copilotframework.core.audit;

import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.audit.AuditSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each entry as one line of JSON, under a name of its own, so that a logging provider can send it elsewhere than the rest. */
public final class LogAudit implements AuditSink {
    private static final Logger audit = LoggerFactory.getLogger("copilot.audit");

    /** Begins to log. */
    public LogAudit() {}

    @Override
    public void take(AuditEntry entry) {
        if (audit.isInfoEnabled()) {
            audit.info("{}", AuditForm.line(entry));
        }
    }
}
