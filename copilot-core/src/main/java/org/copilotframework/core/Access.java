package org.copilotframework.core;

import java.util.List;
import java.util.Optional;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.TokenIssuer;
import org.copilotframework.api.spi.management.ManagementEndpoint;

/**
 * The door for those who come over a network: who they are and what they may do. A face asks it for each request; an application that
 * calls {@link Orchestrator#forCaller} vouches for the caller itself. Safe for use by several threads.
 */
public interface Access {
    /**
     * Recognises who makes a request and on whose behalf. The tenant is that of the credential; the header {@code X-Tenant-Id} names
     * another one for a principal that is allowed several. What is refused is told in the same words whatever the reason, and audited
     * with its reason.
     *
     * @param credentials what came with the request
     * @return who it is
     * @throws org.copilotframework.api.error.UnauthenticatedException if nobody is recognised
     * @throws org.copilotframework.api.error.InvalidRequestException if {@code X-Tenant-Id} is there twice or has another form, or the
     *     credential is good for several tenants and it names none
     * @throws org.copilotframework.api.error.ForbiddenException if the principal may not act for the tenant that is asked for
     * @throws org.copilotframework.api.error.QuotaExceededException if the credential was used too often, or this address has tried too
     *     many that are not valid
     * @throws org.copilotframework.api.error.UnavailableException if it cannot be told now who it is
     */
    Admission admit(Credentials credentials);

    /**
     * Demands a scope. A denial is audited.
     *
     * @param who who acts
     * @param scope what is needed, such as {@code sessions:read}
     * @param target what it is needed for, such as {@code session/s1}; empty if there is nothing in particular
     * @throws org.copilotframework.api.error.ForbiddenException if it was not granted; names the scope
     */
    void permit(Admission who, String scope, String target);

    /**
     * Demands a scope for what somebody has begun himself, such as a run: that he has begun it stands for the scope. The {@code
     * Authorizer} is asked about him as if it had been granted to him, so it may still refuse. A denial is audited.
     *
     * @param who who acts, and has begun it
     * @param scope what others need for it, such as {@code runs:read}
     * @param target what it is needed for, such as {@code run/r1}
     * @throws org.copilotframework.api.error.ForbiddenException if it is refused all the same
     */
    void permitOwn(Admission who, String scope, String target);

    /**
     * Demands a scope for what belongs to no tenant, such as the plugins. The scope {@code *} grants it to the operator and to those who
     * are good for all tenants only; whoever acts for some needs it by a name of its own. A denial is audited.
     *
     * @param who who acts
     * @param scope what is needed: one of the host's own ({@code plugins:read}, {@code plugins:write}, {@code health:read}, {@code
     *     tenants:erase}), or of an {@link #endpoints endpoint}
     * @param target what it is needed for, such as {@code plugin/hello}; empty if there is nothing in particular
     * @throws org.copilotframework.api.error.ForbiddenException if it was not granted; names the scope
     * @throws IllegalArgumentException if it is none of those: whoever has {@code *} for his tenant could hand it on
     */
    void permitHost(Admission who, String scope, String target);

    /**
     * Whether somebody may hand on a scope with a credential that he makes: he was granted it, and it grants nothing of what belongs to
     * no tenant unless he may do that himself. A role is handed on by the operator only, since what it stands for changes.
     *
     * @param who who hands it on
     * @param scope the scope, or {@code role:<name>}
     * @return whether he may
     */
    boolean mayHandOn(Admission who, String scope);

    /**
     * Looks whether what somebody was let in by is still good, as for a stream that is open. That counts against no limit, and nothing
     * is audited.
     *
     * @param who who was let in
     * @param credentials what came with his request
     * @return false if he would not be let in any more, or as somebody else; true also if it cannot be told now
     */
    boolean stillGood(Admission who, Credentials credentials);

    /**
     * Audits what is about to be done, as {@link AuditEntry.Outcome#BEGUN}. Returns once it is kept; what cannot be audited is not to
     * be done. What became of it is told by {@link #ended}.
     *
     * @param who who acts
     * @param action the scope that it needs
     * @param target what it is done to
     * @param outcome what is told of it
     * @param detail why, for a person; may be empty
     * @throws org.copilotframework.api.error.UnavailableException if it cannot be kept
     */
    void audit(Admission who, String action, String target, AuditEntry.Outcome outcome, String detail);

    /**
     * Audits what became of what was begun. It is done, whether that can be audited or not, so nothing is thrown: health and the log
     * tell of an entry that cannot be kept, and the one before it is there.
     *
     * @param who who acted
     * @param action the scope that it needed
     * @param target what it was done to
     * @param outcome what became of it
     * @param detail why, for a person; may be empty
     */
    void ended(Admission who, String action, String target, AuditEntry.Outcome outcome, String detail);

    /**
     * Audits a call of an agent, or a read, that was let in, if {@code copilot.audit.calls} says so; else it does nothing. Nothing is
     * thrown: the log and health tell of an entry that cannot be kept.
     *
     * @param who who asked
     * @param action the scope that it took
     * @param target what it was asked for
     * @param outcome what became of it
     * @param detail why, for a person; may be empty
     */
    void called(Admission who, String action, String target, AuditEntry.Outcome outcome, String detail);

    /**
     * Audits that somebody was not allowed what he asked for, where another than {@link #permit} has refused it: as when he may not
     * call an agent. Of each credential so many are told in a minute, and then how many more there were. Nothing is thrown.
     *
     * @param who who asked
     * @param action the scope that it takes
     * @param target what it was asked for
     */
    void denied(Admission who, String action, String target);

    /**
     * What a caller who was not recognised is told to bring: values of the header {@code WWW-Authenticate}.
     *
     * @return the challenges of all authenticators
     */
    List<String> challenges();

    /**
     * Whether there is no authenticator, so that whoever comes is let in with all scopes: as the local tenant, or the one that {@code
     * X-Tenant-Id} names. A face then listens on loopback only.
     *
     * @return true if nobody is asked who he is
     */
    boolean open();

    /**
     * Demands that others can be let in without leaving a door open. A face calls it before it listens; who serves nobody over a network
     * need not. Off loopback somebody must be asked who he is, secrets must be long and made by chance, and {@code
     * copilot.plugins.trust} more than {@code any}. Where {@code copilot.environment} is not {@code dev}, the same holds on loopback,
     * {@code copilot.log-level}, and the level that the log has, must be no more than {@code info}, and off loopback nothing may go in the clear.
     *
     * @param loopback whether the face listens on loopback only
     * @param plain whether what is sent can be read on its way: there is no TLS, and no proxy is declared that has it
     * @throws org.copilotframework.api.error.InvalidRequestException if it is otherwise, with all that is wrong and what mends it
     */
    void demandFit(boolean loopback, boolean plain);

    /**
     * The same for a face that nobody listens to on the way, or whose container sees to that.
     *
     * @param loopback whether the face listens on loopback only
     * @throws org.copilotframework.api.error.InvalidRequestException if it is otherwise, with all that is wrong and what mends it
     */
    default void demandFit(boolean loopback) {
        demandFit(loopback, false);
    }

    /**
     * Whether what is sent to a face and from it may go in the clear: on a developer's machine only. Elsewhere a face off loopback that
     * has no TLS of its own refuses what does not come by a proxy that has it.
     *
     * @return true where {@code copilot.environment} is {@code dev}
     */
    boolean mayBeRead();

    /**
     * The administration of credentials.
     *
     * @return that of the first authenticator that has one
     */
    Optional<CredentialAdmin> credentials();

    /**
     * Who signs tokens for development: with them one is let in as anybody.
     *
     * @return that of the first authenticator that has one
     * @throws org.copilotframework.api.error.ForbiddenException where {@code copilot.environment} is not {@code dev}
     */
    Optional<TokenIssuer> tokens();

    /**
     * The endpoints for operators that implementations bring. A method for which one has no scope is not served, and one that is
     * called all the same refuses it; {@code HEAD} is as {@code GET}.
     *
     * @return in the order of their paths
     */
    List<ManagementEndpoint> endpoints();
}
