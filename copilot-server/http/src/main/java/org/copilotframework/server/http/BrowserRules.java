package org.copilotframework.server.http;

import io.javalin.http.Context;
import java.time.Duration;
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

    /** Names under which developers reach whatever listens on any port of theirs; one of them is not to bind the others. */
    private static final Set<String> OWN = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> origins;
    private final Proxies proxies;
    private final Duration secured;

    /**
     * Makes the rules.
     *
     * @param origins whose pages may call the face
     * @param proxies who are believed that a request came to them by TLS
     * @param secured for how long a browser that came by TLS is to come by TLS only; zero for not
     */
    BrowserRules(Set<String> origins, Proxies proxies, Duration secured) {
        this.origins = origins;
        this.proxies = proxies;
        this.secured = secured;
    }

    void apply(Context context) {
        // Nothing else has set any of them yet.
        HEADERS_OF_ALL.forEach(context.res()::addHeader);
        if (!secured.isZero()) {
            secure(context);
        }
        if (!origins.isEmpty()) {
            shared(context);
        }
    }

    private void secure(Context context) {
        Sender sender = proxies.sender(context.req());
        String name = sender.host() == null ? context.req().getServerName() : sender.host();
        if (sender.secure() && !OWN.contains(name.replaceFirst(":[0-9]+$", ""))) {
            context.header("Strict-Transport-Security", "max-age=" + secured.toSeconds());
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
