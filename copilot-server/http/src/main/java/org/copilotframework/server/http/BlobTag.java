package org.copilotframework.server.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.copilotframework.api.error.InvalidRequestException;

/** The version of a file as an entity tag, which may have any characters of its own: it is told in Base64. */
final class BlobTag {
    private static final Pattern TAG = Pattern.compile("\"([A-Za-z0-9_-]*)\"");

    private BlobTag() {}

    static String of(String version) {
        return '"'
                + Base64.getUrlEncoder().withoutPadding().encodeToString(version.getBytes(StandardCharsets.US_ASCII))
                + '"';
    }

    /** Whether a header such as {@code If-None-Match} names a version; compared weakly, as that one is. */
    static boolean isAmong(String header, String version) {
        String tag = of(version);
        return Stream.of(header.split(","))
                .map(String::strip)
                .anyMatch(one -> one.equals("*") || one.equals(tag) || one.equals("W/" + tag));
    }

    /**
     * The version that the header {@code If-Match} demands; empty if it is not there.
     *
     * @throws InvalidRequestException if it is not one tag that this server gave
     */
    static Optional<String> demanded(Exchange exchange) {
        return exchange.header("If-Match").map(header -> {
            Matcher tag = TAG.matcher(header.strip());
            if (!tag.matches()) {
                throw new InvalidRequestException("header If-Match: one tag is expected, as ETag has told it");
            }
            try {
                return new String(Base64.getUrlDecoder().decode(tag.group(1)), StandardCharsets.US_ASCII);
            } catch (IllegalArgumentException noTagOfOurs) {
                return "";
            }
        });
    }
}
