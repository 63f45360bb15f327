package org.copilotframework.core.access;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.spi.management.ManagementEndpoint;
import org.copilotframework.core.Admission;

/**
 * The scopes of what belongs to no tenant. Whoever was granted {@code *} for his tenant was not granted these: they are the operator's,
 * and those whom he gave them by a name of their own.
 *
 * @param all each of them
 */
record HostScopes(Set<String> all) {
    private static final String ALL = "*";
    private static final String ROLE = "role:";
    private static final List<String> OWN = List.of("plugins:read", "plugins:write", "health:read", "tenants:erase");
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    /** The host's own, and those of endpoints for operators. */
    static HostScopes with(List<ManagementEndpoint> endpoints) {
        Stream<String> theirs = endpoints.stream()
                .flatMap(endpoint -> METHODS.stream().map(endpoint::scope).flatMap(Stream::ofNullable))
                .filter(scope -> !scope.isEmpty());
        return new HostScopes(Stream.concat(OWN.stream(), theirs).collect(Collectors.toUnmodifiableSet()));
    }

    /** As whom somebody is asked about: {@code *} does not count unless it is the operator's. */
    Caller demanding(Admission who, String scope) {
        if (!all.contains(scope)) {
            throw new IllegalArgumentException(
                    "'" + scope + "' is no scope of the host or of an endpoint for operators");
        }
        return who.operator()
                ? who.caller()
                : new Caller(who.caller().tenant(), named(who.caller().principal()));
    }

    private static Principal named(Principal principal) {
        Set<String> named = new HashSet<>(principal.scopes());
        named.remove(ALL);
        return new Principal(principal.subject(), named);
    }

    /** Whether a scope may be handed on by somebody. */
    boolean mayHandOn(Admission who, String scope) {
        Principal own = who.caller().principal();
        if (scope.startsWith(ROLE)) {
            return who.operator() && own.granted(ALL);
        } else if (who.operator() || scope.equals(ALL) || !isOfHost(scope)) {
            return own.granted(scope);
        }
        return named(own).granted(scope);
    }

    private boolean isOfHost(String scope) {
        Principal holder = new Principal("holder", Set.of(scope));
        return all.stream().anyMatch(holder::granted);
    }
}
