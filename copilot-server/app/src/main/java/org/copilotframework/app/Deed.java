package org.copilotframework.app;

import java.time.Instant;
import java.util.function.Supplier;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.audit.AuditEntry.Outcome;
import org.copilotframework.core.StoredAudit;
import org.jspecify.annotations.Nullable;

/**
 * A change that a command makes, and what is kept of it, as of one that is asked for over a network: before it is made that it begins,
 * and then what came of it. Who makes it is the user of the operating system.
 */
final class Deed {
    private static final String WHERE = "command line";
    private static final String RECOGNISED_BY = "operating system";

    private final StoredAudit audit;
    private final String subject;
    private final @Nullable TenantId tenant;
    private final String action;
    private final String command;
    private String target;

    /**
     * Begins to tell.
     *
     * @param tenant whose things are changed; null if they are nobody's
     * @param action the scope that it would take over a network
     * @param target what is changed, such as {@code run/r1}; no secret
     * @param command such as {@code runs cancel}
     */
    Deed(
            StoredAudit audit,
            Surroundings surroundings,
            @Nullable TenantId tenant,
            String action,
            String target,
            String command) {
        String user = surroundings.property().apply("user.name");
        this.audit = audit;
        this.subject = user == null ? "?" : user;
        this.tenant = tenant;
        this.action = action;
        this.target = target;
        this.command = "copilot " + command;
    }

    /**
     * Does it.
     *
     * @throws org.copilotframework.api.error.UnavailableException if it cannot be audited; then it is not done
     */
    <T> T commit(Supplier<T> work) {
        audit.begun(entry(Outcome.BEGUN, command));
        T made;
        try {
            made = work.get();
        } catch (CopilotException refused) {
            audit.ended(entry(Outcome.FAILED, command + ": " + refused.code().code()));
            throw refused;
        } catch (RuntimeException | Error fault) {
            audit.ended(entry(Outcome.FAILED, command + ": internal"));
            throw fault;
        }
        audit.ended(entry(Outcome.ALLOWED, command));
        return made;
    }

    /** Says what was changed, where that is known only now. */
    void did(String what) {
        target = what;
    }

    private AuditEntry entry(Outcome outcome, String detail) {
        return new AuditEntry(Instant.now(), subject, RECOGNISED_BY, tenant, action, target, WHERE, outcome, detail);
    }
}
