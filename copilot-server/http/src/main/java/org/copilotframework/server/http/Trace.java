package org.copilotframework.server.http;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The trace that a request belongs to (W3C Trace Context): that of the header {@code traceparent}, or a new one if there is none that
 * can be read. Whoever observes a call finds the one that came as the current context of OpenTelemetry.
 */
final class Trace {
    static final String HEADER = "traceparent";

    /** How lines of the log that belong to a request name its trace. */
    private static final String LOGGED = "trace_id";

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private final Context came;
    private final SpanContext own;

    private Trace(Context came, SpanContext own) {
        this.came = came;
        this.own = own;
    }

    static Trace of(HttpServletRequest request) {
        Context came = W3C.extract(Context.root(), request, Headers.INSTANCE);
        SpanContext parent = Span.fromContext(came).getSpanContext();
        return new Trace(
                came,
                parent.isValid()
                        ? SpanContext.create(
                                parent.getTraceId(), random(1), parent.getTraceFlags(), parent.getTraceState())
                        : SpanContext.create(random(2), random(1), TraceFlags.getDefault(), parent.getTraceState()));
    }

    /** The request, as whoever sent it may name it. */
    String header() {
        return "00-" + own.getTraceId() + "-" + own.getSpanId() + "-"
                + own.getTraceFlags().asHex();
    }

    /** Does something on this thread as part of the trace. */
    void within(Runnable work) {
        MDC.put(LOGGED, own.getTraceId());
        try (Scope unused = came.makeCurrent()) {
            work.run();
        } finally {
            MDC.remove(LOGGED);
        }
    }

    /** So many times 16 hexadecimal digits, not all of them 0. */
    private static String random(int longs) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < longs; i++) {
            digits.append(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong() | 1));
        }
        return digits.toString();
    }

    /** Of a header that is there twice none is taken: it is not known which one is meant. */
    private enum Headers implements TextMapGetter<HttpServletRequest> {
        INSTANCE;

        @Override
        public Iterable<String> keys(HttpServletRequest request) {
            return Collections.list(request.getHeaderNames());
        }

        @Override
        public @Nullable String get(@Nullable HttpServletRequest request, String name) {
            List<String> sent = request == null ? List.of() : Collections.list(request.getHeaders(name));
            if (sent.size() > 1 && !name.equals(HEADER)) {
                // The list of vendors may be in several headers (W3C Trace Context, 3.3.1).
                return String.join(",", sent);
            }
            return sent.size() == 1 ? sent.get(0) : null;
        }
    }
}
