package org.copilotframework.api.spi.authorization;

import org.copilotframework.api.caller.Caller;

/**
 * Decides whether a caller may call an agent, or do what else a face offers. Called on the caller's thread for each invocation, child
 * calls included, so it must neither block nor compute for long: nothing bounds it, and that caller is answered no sooner than this has
 * decided, though the deadline has passed. Safe for use by several threads.
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
     * Decides what is no call of an agent, such as reading a session or installing a plugin, when it is asked for over a network.
     *
     * @param caller who wants to, for which tenant
     * @param scope what it takes, such as {@code sessions:read}
     * @param target what it is wanted for, such as {@code session/s1}; empty if there is nothing in particular
     * @return whether he may; where this is not overridden, whether the scope was {@linkplain
     *     org.copilotframework.api.caller.Principal#granted(String) granted}
     */
    default boolean may(Caller caller, String scope, String target) {
        return caller.principal().granted(scope);
    }

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
