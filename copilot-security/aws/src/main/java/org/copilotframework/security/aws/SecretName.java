package org.copilotframework.security.aws;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a setting calls a secret: {@code name}, or {@code name#field} for a field of one that is JSON.
 *
 * @param id the secret's name, or its ARN, in Secrets Manager
 * @param field which field of it
 */
record SecretName(String id, Optional<String> field) {
    private static final int LONGEST = 512;

    private static final Pattern FORM = Pattern.compile(
            "(?<id>[A-Za-z0-9/_+=.@-]+|(?<arn>arn:aws[a-z-]*:secretsmanager:[a-z0-9-]{1,40}:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,519}))"
                    + "(?:#(?<field>.+))?");

    /** Reads it; empty if Secrets Manager has no such names. A prefix stands before all names but ARNs. */
    static Optional<SecretName> of(String prefix, String text) {
        Matcher found = FORM.matcher(text);
        if (!found.matches()) {
            return Optional.empty();
        }
        boolean arn = found.group("arn") != null;
        String id = arn ? found.group("id") : prefix + found.group("id");
        return arn || id.length() <= LONGEST
                ? Optional.of(new SecretName(id, Optional.ofNullable(found.group("field"))))
                : Optional.empty();
    }

    /** {@return as it stands in Secrets Manager, with the field} */
    @Override
    public String toString() {
        return id + field.map(name -> "#" + name).orElse("");
    }
}
