package org.copilotframework.security.certificate;

import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * What is granted to some subjects.
 *
 * @param whom a subject, or the beginning of one
 * @param beginning whether it is a beginning
 * @param scopes what is granted
 */
record Grant(String whom, boolean beginning, Set<String> scopes) {
    private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]{1,128}");

    /**
     * Reads one.
     *
     * @param written such as {@code billing-*=agents:invoke:billing role:reader}; the last = counts, so that a subject may have one
     */
    static Grant of(String written) {
        int sign = written.lastIndexOf('=');
        String whom = sign < 0 ? "" : written.substring(0, sign).strip();
        String granted = sign < 0 ? "" : written.substring(sign + 1).strip();
        if (whom.isEmpty() || granted.isEmpty()) {
            throw new InvalidRequestException(
                    "copilot.security.certificate.grants: '" + written
                            + "' is not a subject, = and scopes with blanks between, such as billing-*=agents:invoke runs:read");
        }
        Set<String> scopes = Set.copyOf(Arrays.asList(granted.split(" +")));
        for (String scope : scopes) {
            if (!SCOPE.matcher(scope).matches()) {
                throw new InvalidRequestException("copilot.security.certificate.grants: the scope '" + scope
                        + "' has other characters than printable ones of ASCII without \" and \\");
            }
        }
        boolean beginning = whom.endsWith("*");
        return new Grant(beginning ? whom.substring(0, whom.length() - 1) : whom, beginning, scopes);
    }

    boolean isFor(String subject) {
        return beginning ? subject.startsWith(whom) : subject.equals(whom);
    }
}
