package org.copilotframework.core.settings;

import java.time.Duration;

/** What is done with what is audited. */
public final class AuditSettings {
    private final CoreValues values;

    AuditSettings(CoreValues values) {
        this.values = values;
    }

    /** {@return whether it is logged} */
    public boolean log() {
        return values.of(CoreSettings.AUDIT_LOG);
    }

    /** {@return whether it is kept in the storage} */
    public boolean storage() {
        return values.of(CoreSettings.AUDIT_STORAGE);
    }

    /** {@return how long it is kept there} */
    public Duration keep() {
        return values.of(CoreSettings.AUDIT_KEEP);
    }

    /** {@return whether calls of agents and reads are audited that are let in} */
    public boolean calls() {
        return values.of(CoreSettings.AUDIT_CALLS);
    }

    /** {@return how many denials are told one by one in a minute} */
    public int denials() {
        return values.of(CoreSettings.AUDIT_DENIALS);
    }
}
