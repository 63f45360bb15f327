package org.copilotframework.server.http;

import org.copilotframework.api.spi.authentication.UseLimit;
import org.copilotframework.core.Admission;
import org.jspecify.annotations.Nullable;

/**
 * What whoever asks is told of how often he may (draft-ietf-httpapi-ratelimit-headers), and of when to ask again if he was refused
 * for now.
 */
final class RateHeaders {
    private static final String RETRY = "Retry-After";

    private RateHeaders() {}

    /**
     * The answer with these headers.
     *
     * @param who who asked, if he was asked who he is
     */
    static Answer on(Answer answer, @Nullable Admission who) {
        boolean forNow = answer.status() == 429 || answer.status() == 503;
        Answer told = forNow && answer.header(RETRY).isEmpty() ? answer.header(RETRY, "1") : answer;
        UseLimit limit = who == null ? null : who.limit();
        return limit == null ? told : on(told, limit);
    }

    /** The answer with these headers, also for whom was let in no more. */
    static Answer on(Answer answer, UseLimit limit) {
        return answer.header(
                        "RateLimit-Policy",
                        "\"credential\";q=" + limit.limit() + ";w="
                                + limit.window().toSeconds())
                .header(
                        "RateLimit",
                        "\"credential\";r=" + limit.remaining() + ";t="
                                + Math.max(0, limit.reset().toSeconds()));
    }
}
