package org.copilotframework.core.access;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.copilotframework.api.caller.Principal;

/** Puts what roles grant in their place. */
final class Roles {
    private static final String ROLE = "role:";

    private final Map<String, Set<String>> scopes;

    Roles(Map<String, Set<String>> scopes) {
        this.scopes = Map.copyOf(scopes);
    }

    /** The same principal without roles. A role that nobody has set grants nothing. */
    Principal expanded(Principal principal) {
        if (!hasRoles(principal)) {
            return principal;
        }
        Set<String> granted = new HashSet<>();
        for (String scope : principal.scopes()) {
            if (isRole(scope)) {
                granted.addAll(scopes.getOrDefault(scope.substring(ROLE.length()), Set.of()));
            } else {
                granted.add(scope);
            }
        }
        return new Principal(principal.subject(), granted);
    }

    private static boolean hasRoles(Principal principal) {
        for (String scope : principal.scopes()) {
            if (isRole(scope)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRole(String scope) {
        return scope.startsWith(ROLE);
    }
}
