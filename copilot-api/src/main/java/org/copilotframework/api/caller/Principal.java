package org.copilotframework.api.caller;

import java.util.Objects;
import java.util.Set;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * Whoever acts: a person, a service or a key, with the scopes that were granted.
 *
 * @param subject who, as the authenticator names it; 1 to 256 characters, none of them a control character
 * @param scopes what was granted, such as {@code agents:invoke}; {@code *} grants all; may be empty
 */
public record Principal(String subject, Set<String> scopes) {
    private static final int MAX_SUBJECT = 256;

    /**
     * Checks and copies.
     *
     * @throws InvalidRequestException if the subject has another form
     */
    public Principal {
        Objects.requireNonNull(subject, "subject");
        if (subject.isEmpty()
                || subject.length() > MAX_SUBJECT
                || subject.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidRequestException(
                    "a principal's subject has 1 to 256 characters and no control characters");
        }
        scopes = Set.copyOf(scopes);
    }

    /**
     * Whether a scope was granted: by its own name, by {@code *}, by a name it begins with up to a colon ({@code
     * agents:invoke} grants {@code agents:invoke:billing}), or by a name ending in {@code *} that it begins with ({@code
     * agents:invoke:billing-*}).
     *
     * @param scope the scope that is needed
     * @return whether it was granted
     */
    public boolean granted(String scope) {
        if (scopes.contains(scope) || scopes.contains("*")) {
            return true;
        }
        for (String held : scopes) {
            boolean wildcard = held.endsWith("*") && scope.startsWith(held.substring(0, held.length() - 1));
            boolean wider =
                    scope.length() > held.length() && scope.charAt(held.length()) == ':' && scope.startsWith(held);
            if (wildcard || wider) {
                return true;
            }
        }
        return false;
    }
}
