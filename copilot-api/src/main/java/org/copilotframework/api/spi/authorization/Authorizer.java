package org.copilotframework.api.spi.authorization;

import org.copilotframework.api.caller.Caller;

/**
 * Decides whether a caller may call an agent. Called on the caller's thread for each invocation, child calls included, so it
 * must neither block nor compute for long: nothing bounds it, and that caller is answered no sooner than this has decided, though
 * the deadline has passed. Safe for use by several threads.
 */
@FunctionalInterface
public interface Authorizer {
    /**
     * Decides one call.
     *
     * @param caller who calls, for which tenant
     * @param agent the agent's name
     * @return whether he may
     */
    boolean mayInvoke(Caller caller, String agent);

    /**
     * The default: the principal needs the scope {@code agents:invoke:<agent>}, or one that {@linkplain
     * org.copilotframework.api.caller.Principal#granted(String) grants} it.
     *
     * @return an authorizer that looks at scopes only
     */
    static Authorizer byScopes() {
        return (caller, agent) -> caller.principal().granted(Caller.INVOKE_ANY_AGENT + ":" + agent);
    }
}
