package org.copilotframework.api.spi.audit;

import java.time.Instant;
import java.util.Objects;
import org.copilotframework.api.caller.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was done, or was not allowed.
 *
 * @param time when, by the clock of the node
 * @param subject who; empty if nobody was recognised
 * @param credential what he was recognised by, never a secret; empty if nobody was recognised
 * @param tenant whose; null if it belongs to no tenant, or nobody was recognised
 * @param action what, as the scope that it needs, such as {@code sessions:delete}
 * @param target what it was done to, such as {@code session/s1}; empty if there is nothing in particular
 * @param remote from where
 * @param outcome what became of it
 * @param detail why, for a person; may be empty; no secrets and nothing that was said to an agent
 */
public record AuditEntry(
        Instant time,
        String subject,
        String credential,
        @Nullable TenantId tenant,
        String action,
        String target,
        String remote,
        Outcome outcome,
        String detail) {
    /** What became of it. */
    public enum Outcome {
        /** It was allowed, and is begun; a later entry tells what became of it, unless the process ended before. */
        BEGUN,
        /** It was allowed, and done. */
        ALLOWED,
        /** It was not allowed. */
        DENIED,
        /** It was allowed, and failed. */
        FAILED
    }

    /** Checks for null. */
    public AuditEntry {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(credential, "credential");
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(remote, "remote");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(detail, "detail");
    }
}
