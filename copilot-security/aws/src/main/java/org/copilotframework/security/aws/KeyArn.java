package org.copilotframework.security.aws;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of one KMS key in all the world, as it stands beside what the key has wrapped.
 *
 * @param text the ARN
 * @param region where the key is
 * @param id the key's name there
 */
record KeyArn(String text, String region, String id) {
    private static final Pattern FORM =
            Pattern.compile("arn:aws[a-z-]*:kms:([a-z0-9-]{1,40}):[0-9]{12}:key/([A-Za-z0-9-]{1,128})");

    /** Keys of several regions have one id in all of them, and each opens what another has wrapped. */
    private static final String OF_SEVERAL_REGIONS = "mrk-";

    static Optional<KeyArn> of(String text) {
        Matcher found = FORM.matcher(text);
        return found.matches() ? Optional.of(new KeyArn(text, found.group(1), found.group(2))) : Optional.empty();
    }

    /** The ARN of this key, or of its replica, in a region; empty if there is none. */
    Optional<String> in(String there) {
        if (region.equals(there)) {
            return Optional.of(text);
        }
        return id.startsWith(OF_SEVERAL_REGIONS)
                ? Optional.of(text.replace(":kms:" + region + ":", ":kms:" + there + ":"))
                : Optional.empty();
    }
}
