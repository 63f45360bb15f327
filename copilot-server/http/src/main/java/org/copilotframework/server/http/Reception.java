package org.copilotframework.server.http;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.spi.audit.AuditEntry.Outcome;
import org.copilotframework.core.Access;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request's way through the face: a place, who it is, what he may, what is done, what is kept of it, what is answered. */
final class Reception {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFace.class);

    private final Premises premises;
    private final OpenStreams streams;
    private final ScheduledExecutorService clock;

    Reception(Premises premises, OpenStreams streams, ScheduledExecutorService clock) {
        this.premises = premises;
        this.streams = streams;
        this.clock = clock;
    }

    /** Serves a request. Nothing is thrown: whatever happens is an answer. */
    void serve(Route route, Context context) {
        Trace trace = Trace.of(context.req());
        context.header(Trace.HEADER, trace.header());
        trace.within(() -> served(route, context));
    }

    private void served(Route route, Context context) {
        Exchange exchange = new Exchange(premises, route, context);
        Places places = new Places(premises.gate());
        Answer answer;
        try {
            answer = answer(route, exchange, places);
        } catch (CopilotException refused) {
            answer = problem(refused, exchange);
        } catch (Refusal refused) {
            answer = refused.answer();
        } catch (Exception | Error fault) {
            answer = fault(route, fault);
        } finally {
            exchange.forgetBody();
        }
        try {
            send(RateHeaders.on(answer, exchange.admitted()), places, context);
        } catch (RuntimeException | Error fault) {
            places.close();
            throw fault;
        }
    }

    private Answer answer(Route route, Exchange exchange, Places places) throws Exception {
        if (!route.guard().counted()) {
            // Health: answered however many requests are at work.
            exchange.checkQuery();
            return route.handler().handle(exchange);
        }
        try (Gate.Place unused = premises.gate().call()) {
            places.takeForAnswer();
            if (route.guard().asked()) {
                exchange.who();
            }
            boolean own = route.guard().beginner() && RunRoutes.isBegunBy(exchange);
            if (!own && !route.guard().scope().isEmpty()) {
                exchange.permit(route.guard(), route.target().apply(exchange));
            }
            exchange.checkQuery();
            IdempotencyKey.refuseWhereUnknown(route, exchange);
            Route.Input input = route.input();
            if (input != null) {
                Body.demandType(exchange.request(), input.types());
            }
            if (route.streams() && !isHead(exchange.request().getMethod())) {
                // Before anything is begun that is to be streamed.
                places.takeForStream();
            }
            return route.isAudited() ? new Deed(access(), route, exchange).commit() : asked(route, exchange);
        }
    }

    /** Whether an agent may be called is seen where it is called; that it may not is audited here. */
    private Answer asked(Route route, Exchange exchange) throws Exception {
        try {
            Answer answer = route.handler().handle(exchange);
            called(
                    route,
                    exchange,
                    answer.status() < 400 ? Outcome.ALLOWED : Outcome.FAILED,
                    "status " + answer.status());
            return answer;
        } catch (ForbiddenException denied) {
            if (route.guard().equals(Route.Guard.RECOGNISED)) {
                String target = route.target().apply(exchange);
                access().denied(exchange.who(), AgentRoutes.INVOKE, target);
                AgentRoutes.scope(target).ifPresent(exchange::lacks);
            }
            throw denied;
        } catch (CopilotException failed) {
            called(route, exchange, Outcome.FAILED, failed.code().code());
            throw failed;
        }
    }

    /** What changes nothing is one entry, if it is any. */
    private void called(Route route, Exchange exchange, Outcome outcome, String detail) {
        if (route.guard().asked()) {
            String scope = route.guard().scope();
            String action = scope.isEmpty() ? AgentRoutes.INVOKE : scope;
            access().called(exchange.who(), action, route.target().apply(exchange), outcome, detail);
        }
    }

    /** An error of the tree, with what whoever was not recognised, or may not, has to bring. */
    private Answer problem(CopilotException error, Exchange exchange) {
        Answer answer = Problem.of(error);
        List<String> challenges = Challenges.of(
                error,
                challenges(),
                exchange.lacking(),
                exchange.header("Authorization").orElse(""));
        return challenges.isEmpty() ? answer : answer.header("WWW-Authenticate", String.join(", ", challenges));
    }

    private List<String> challenges() {
        try {
            return access().challenges();
        } catch (CopilotException closed) {
            return List.of();
        }
    }

    private static Answer fault(Route route, Throwable fault) {
        String incident = incident();
        LOG.error("Incident {}: {} {} failed", incident, route.method(), route.path(), fault);
        return Problem.fault(incident);
    }

    private static String incident() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /** What no route is for. */
    void missed(HttpResponseException missed, Context context) {
        Answer answer = Problem.missing();
        if (missed.getStatus() == 405) {
            String method = context.req().getMethod();
            String allowed = String.join(", ", methods(missed));
            answer = new Refusal(405, "this is not done with " + method, Map.of("Allow", allowed)).answer();
        }
        send(answer, new Places(premises.gate()), context);
    }

    private static List<String> methods(HttpResponseException missed) {
        return missed.getDetails().values().stream()
                .flatMap(names -> Stream.of(names.split("[^A-Z]+")))
                .filter(name -> !name.isEmpty())
                .sorted()
                .toList();
    }

    private void send(Answer made, Places places, Context context) {
        boolean head = isHead(context.req().getMethod());
        boolean whole = made.stream() == null && made.pieces() == null;
        Answer answer = whole ? Gzip.of(made, context.header("Accept-Encoding")) : made;
        context.status(answer.status());
        answer.headers().forEach((name, value) -> {
            if (name.equals("Vary")) {
                context.res().addHeader(name, value);
            } else {
                context.header(name, value);
            }
        });
        if (!answer.type().isEmpty()) {
            // Else the one that was assumed of the type before would be added.
            context.res().setCharacterEncoding(null);
            context.contentType(answer.type());
        }
        Answer.Streaming stream = answer.stream();
        if (stream != null && !head) {
            stream(stream, places, context);
            return;
        }
        places.giveBackStream();
        Answer.Pieces pieces = answer.pieces();
        long length = pieces == null ? answer.content().length : pieces.length();
        if (length > 0) {
            context.res().setContentLengthLong(length);
        }
        if (length == 0 || head) {
            // The container sends the headers by itself, and waits for nobody.
            places.close();
        } else if (pieces != null) {
            context.future(() -> write(pieces, places, context));
        } else {
            // Also for what was refused: it was taken, so it is answered before the server stops.
            places.takeForAnswer();
            context.future(() -> write(answer.content(), places, context));
        }
    }

    private CompletableFuture<Void> write(byte[] content, Places places, Context context) {
        try {
            ServletOutputStream out = context.res().getOutputStream();
            return Sending.begin(context.req(), out, content, premises.pace(), clock, places::close);
        } catch (IOException | RuntimeException fault) {
            places.close();
            LOG.debug("An answer could not be begun", fault);
            return CompletableFuture.completedFuture(null);
        }
    }

    private CompletableFuture<Void> write(Answer.Pieces pieces, Places places, Context context) {
        Runnable gone = () -> {
            pieces.close();
            places.close();
        };
        try {
            ServletOutputStream out = context.res().getOutputStream();
            return PieceSending.begin(context.req(), out, pieces, premises.pace(), clock, streams::run, gone);
        } catch (IOException | RuntimeException fault) {
            gone.run();
            LOG.debug("An answer could not be begun", fault);
            return CompletableFuture.completedFuture(null);
        }
    }

    private static boolean isHead(String method) {
        return method.equals("HEAD");
    }

    /** From here on the stream has a thread of its own, and the request's thread serves others. */
    private void stream(Answer.Streaming stream, Places places, Context context) {
        context.header("Cache-Control", "no-store").header("X-Accel-Buffering", "no");
        context.future(() -> {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            try {
                streams.begin(stream, () -> {
                    try (places) {
                        write(stream, context.res().getOutputStream());
                    } catch (IOException | IllegalStateException left) {
                        LOG.debug("A client left its stream of events before it began", left);
                    } finally {
                        ended.complete(null);
                    }
                });
            } catch (RuntimeException | Error none) {
                LOG.warn("A stream of events gets no thread", none);
                places.close();
                context.status(503).header("Retry-After", "1");
                ended.complete(null);
            }
            return ended;
        });
    }

    /** One that fails ends with an event that says so: a client that hears nothing comes back for ever. */
    static void write(Answer.Streaming stream, OutputStream to) {
        try {
            EventWriter out = new EventWriter(to);
            try {
                stream.to(out);
            } catch (RuntimeException | Error fault) {
                String incident = incident();
                LOG.error("Incident {}: a stream of events failed", incident, fault);
                out.send(RunStream.END, "error", Problem.faultTree(incident));
            }
        } catch (IOException | IllegalStateException left) {
            LOG.debug("A client left its stream of events", left);
        }
    }

    private Access access() {
        return premises.orchestrator().access();
    }
}
