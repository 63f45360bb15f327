package org.copilotframework.server.http;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.UnauthenticatedException;

/** What a caller has to bring, as {@code WWW-Authenticate}; to one with a token, what is wrong with it (RFC 6750, 3). */
final class Challenges {
    private static final String BEARER = "bearer ";

    /** What a scope is made of (RFC 6749, 3.3): it may be a caller's word, and stands between quotes. */
    private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]+");

    private Challenges() {}

    /**
     * The challenges that go with an error.
     *
     * @param known those of the authenticators
     * @param scope what it takes; empty if that is not known
     * @param sent the header {@code Authorization}; empty if there is none
     */
    static List<String> of(CopilotException error, List<String> known, String scope, String sent) {
        boolean bearer = sent.toLowerCase(Locale.ROOT).startsWith(BEARER);
        if (error instanceof UnauthenticatedException) {
            return bearer ? more(known, one -> one + ", error=\"invalid_token\"") : known;
        } else if (error instanceof ForbiddenException && bearer && !scope.isEmpty()) {
            List<String> bearers = known.stream().filter(Challenges::isBearer).toList();
            String which = SCOPE.matcher(scope).matches() ? ", scope=\"" + scope + "\"" : "";
            return more(bearers, one -> one + ", error=\"insufficient_scope\"" + which);
        }
        return List.of();
    }

    private static List<String> more(List<String> known, UnaryOperator<String> with) {
        return known.stream().map(one -> isBearer(one) ? with.apply(one) : one).toList();
    }

    private static boolean isBearer(String challenge) {
        return challenge.toLowerCase(Locale.ROOT).startsWith(BEARER);
    }
}
