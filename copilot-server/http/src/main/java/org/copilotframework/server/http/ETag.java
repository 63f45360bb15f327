package org.copilotframework.server.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;

/** Tells a client that what it has is what there is (RFC 9110, 13.1.2). */
final class ETag {
    private ETag() {}

    /** The answer with its tag, or that nothing has changed. */
    static Answer of(Exchange exchange, Answer answer) {
        String tag = tag(answer.content());
        boolean known = exchange.header("If-None-Match")
                .map(sent -> Stream.of(sent.split(","))
                        .map(String::strip)
                        .anyMatch(one -> one.equals("*") || one.equals(tag)))
                .orElse(false);
        Answer told = known ? new Answer(304, "", new byte[0], Map.of(), null) : answer;
        return told.header("ETag", tag).header("Cache-Control", "private, no-cache");
    }

    /** A weak one: the bytes may be compressed on the way. */
    private static String tag(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return "W/\""
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(digest)
                            .substring(0, 22) + "\"";
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
