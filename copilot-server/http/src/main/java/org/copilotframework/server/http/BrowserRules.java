package org.copilotframework.server.http;

import io.javalin.http.Context;
import java.util.Map;
import java.util.Set;

/** What browsers are told of every answer: nothing is guessed, framed, kept or read by others. */
final class BrowserRules {
    private static final String METHODS = "GET, HEAD, POST, PUT, DELETE";
    private static final String HEADERS =
            "authorization, content-type, idempotency-key, if-match, if-none-match, if-range, last-event-id,"
                    + " range, traceparent, tracestate, x-api-key, x-tenant-id";
    private static final String EXPOSED =
            "accept-ranges, content-disposition, content-range, etag, location, content-location, ratelimit, ratelimit-policy, retry-after, traceparent, www-authenticate";

    /** What every answer has. */
    static final Map<String, String> HEADERS_OF_ALL = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cache-Control", "no-store");

    private final Set<String> origins;

    BrowserRules(Set<String> origins) {
        this.origins = origins;
    }

    void apply(Context context) {
        HEADERS_OF_ALL.forEach(context::header);
        if (!origins.isEmpty()) {
            shared(context);
        }
    }

    private void shared(Context context) {
        context.header("Vary", "Origin");
        String origin = context.header("Origin");
        if (origin == null || !origins.contains(origin)) {
            return;
        }
        context.header("Access-Control-Allow-Origin", origin)
                .header("Access-Control-Expose-Headers", EXPOSED)
                .header("Cross-Origin-Resource-Policy", "cross-origin");
        if (context.req().getMethod().equals("OPTIONS") && context.header("Access-Control-Request-Method") != null) {
            context.header("Access-Control-Allow-Methods", METHODS)
                    .header("Access-Control-Allow-Headers", HEADERS)
                    .header("Access-Control-Max-Age", "600")
                    .status(204)
                    .skipRemainingHandlers();
        }
    }
}
