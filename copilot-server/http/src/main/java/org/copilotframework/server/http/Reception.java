package org.copilotframework.server.http;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.core.Access;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request's way through the face: a place, who it is, what he may, what is done, what is kept of it, what is answered. */
final class Reception {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFace.class);

    private final Premises premises;
    private final ExecutorService streams;

    Reception(Premises premises, ExecutorService streams) {
        this.premises = premises;
        this.streams = streams;
    }

    /** Serves a request. Nothing is thrown: whatever happens is an answer. */
    void serve(Route route, Context context) {
        Exchange exchange = new Exchange(premises, route, context);
        try {
            send(answer(route, exchange), context);
        } catch (CopilotException refused) {
            send(problem(refused), context);
        } catch (Refusal refused) {
            send(refused.answer(), context);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError fault) {
            send(fault(route, fault), context);
        }
    }

    private Answer answer(Route route, Exchange exchange) throws Exception {
        if (!route.guard().asked()) {
            // Health: answered however many requests are at work.
            exchange.checkQuery();
            return route.handler().handle(exchange);
        }
        try (Gate.Place unused = premises.gate().call()) {
            exchange.who();
            if (!route.guard().scope().isEmpty()) {
                exchange.permit(route.guard().scope(), route.target().apply(exchange));
            }
            exchange.checkQuery();
            Route.Input input = route.input();
            if (input != null) {
                Body.demandType(exchange.request(), input.types());
            }
            return route.isAudited() ? audited(route, exchange) : route.handler().handle(exchange);
        }
    }

    /** What changes anything is answered once it is kept who did it. */
    private Answer audited(Route route, Exchange exchange) throws Exception {
        Answer answer;
        try {
            answer = route.handler().handle(exchange);
        } catch (CopilotException refused) {
            audit(route, exchange, AuditEntry.Outcome.FAILED, refused.code().code());
            throw refused;
        } catch (Exception fault) {
            audit(route, exchange, AuditEntry.Outcome.FAILED, "failed");
            throw fault;
        }
        audit(route, exchange, AuditEntry.Outcome.ALLOWED, route.method() + " " + route.path());
        return answer;
    }

    private void audit(Route route, Exchange exchange, AuditEntry.Outcome outcome, String detail) {
        access().audit(exchange.who(), route.guard().scope(), route.target().apply(exchange), outcome, detail);
    }

    /** An error of the tree, with what whoever was not recognised has to bring. */
    private Answer problem(CopilotException error) {
        Answer answer = Problem.of(error);
        List<String> challenges = error instanceof UnauthenticatedException ? access().challenges() : List.of();
        return challenges.isEmpty() ? answer : answer.header("WWW-Authenticate", String.join(", ", challenges));
    }

    private static Answer fault(Route route, Throwable fault) {
        String incident = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        LOG.error("Incident {}: {} {} failed", incident, route.method(), route.path(), fault);
        return Problem.fault(incident);
    }

    /** What no route is for. */
    void missed(HttpResponseException missed, Context context) {
        if (missed.getStatus() != 405) {
            send(Problem.missing(), context);
            return;
        }
        String method = context.req().getMethod();
        String allowed = String.join(", ", methods(missed));
        send(new Refusal(405, "this is not done with " + method, Map.of("Allow", allowed)).answer(), context);
    }

    private static List<String> methods(HttpResponseException missed) {
        return missed.getDetails().values().stream()
                .flatMap(names -> Stream.of(names.split("[^A-Z]+")))
                .filter(name -> !name.isEmpty())
                .sorted()
                .toList();
    }

    private void send(Answer answer, Context context) {
        Answer.Streaming stream = answer.stream();
        Gate.Place place = null;
        if (stream != null && !context.req().getMethod().equals("HEAD")) {
            try {
                place = premises.gate().stream();
            } catch (UnavailableException full) {
                send(Problem.of(full), context);
                return;
            }
        }
        context.status(answer.status());
        answer.headers().forEach(context::header);
        if (!answer.type().isEmpty()) {
            // Else the one that was assumed of the type before would be added.
            context.res().setCharacterEncoding(null);
            context.contentType(answer.type());
        }
        if (place == null || stream == null) {
            context.result(answer.content());
        } else {
            stream(stream, place, context);
        }
    }

    /** From here on the stream has a thread of its own, and the request's thread serves others. */
    private void stream(Answer.Streaming stream, Gate.Place place, Context context) {
        context.header("Cache-Control", "no-store").header("X-Accel-Buffering", "no");
        context.future(() -> {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            try {
                streams.execute(() -> {
                    try (place) {
                        stream.to(new EventWriter(context.res().getOutputStream()));
                    } catch (IOException left) {
                        LOG.debug("A client left its stream of events", left);
                    } catch (RuntimeException | Error fault) {
                        LOG.error("A stream of events failed", fault);
                    } finally {
                        ended.complete(null);
                    }
                });
            } catch (RejectedExecutionException stopping) {
                place.close();
                ended.complete(null);
            }
            return ended;
        });
    }

    private Access access() {
        return premises.orchestrator().access();
    }
}
