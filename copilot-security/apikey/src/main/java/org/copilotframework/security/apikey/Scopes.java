package org.copilotframework.security.apikey;

import java.util.Collection;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;

/** The form of what a key grants, so that it can be stored in a line and shown in any header. */
final class Scopes {
    private static final int MOST = 100;
    private static final Pattern FORM = Pattern.compile("[!#-\\[\\]-~]{1,128}");

    private Scopes() {}

    /**
     * Checks the form.
     *
     * @param field what a message names
     */
    static void check(String field, Collection<String> scopes) {
        if (scopes.size() > MOST) {
            throw new InvalidRequestException(field + ": has " + scopes.size() + " scopes, and may have " + MOST
                    + "; a role or a name that ends in * stands for many");
        }
        for (String scope : scopes) {
            if (!FORM.matcher(scope).matches()) {
                throw new InvalidRequestException(
                        field + ": a scope has 1 to 128 printable characters of ASCII, none of them a"
                                + " blank, \" or \\; one of these has not");
            }
        }
    }
}
