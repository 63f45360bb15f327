package org.copilotframework.server.http;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
    private final Delivery delivery;

    Reception(Premises premises, Delivery delivery) {
        this.premises = premises;
        this.delivery = delivery;
    }

    /** Serves a request. Nothing is thrown: whatever happens is an answer. */
    void serve(Route route, Context context) {
        Trace trace = Trace.of(context.req());
        context.header(Trace.HEADER, trace.header());
        trace.within(() -> served(route, context, trace));
    }

    private void served(Route route, Context context, Trace trace) {
        Exchange exchange = new Exchange(premises, route, context);
        Places places = new Places(premises.gate());
        Answer answer = attempt(route, exchange, () -> answer(route, exchange, places));
        exchange.forgetBody();
        Answer.Later later = answer.later();
        if (later == null) {
            send(answer, exchange, places, context);
        } else {
            Awaited.begin(
                    later,
                    context,
                    places,
                    there -> trace.within(() -> send(
                            attempt(route, exchange, () -> audited(route, exchange, there::made)),
                            exchange,
                            places,
                            context)));
        }
    }

    /** Makes an answer; also of whatever is thrown. */
    private Answer attempt(Route route, Exchange exchange, Callable<Answer> making) {
        try {
            return making.call();
        } catch (CopilotException refused) {
            return problem(refused, exchange);
        } catch (Refusal refused) {
            return refused.answer();
        } catch (Exception | Error fault) {
            return fault(route, fault);
        }
    }

    private void send(Answer answer, Exchange exchange, Places places, Context context) {
        places.giveBackCall();
        try {
            delivery.send(RateHeaders.on(answer, exchange.admitted()), places, context);
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
        places.takeForCall();
        premises.door().demandUnread(exchange.request());
        if (route.guard().asked()) {
            exchange.who();
        }
        boolean own = route.guard().beginner() && RunRoutes.isBegunBy(exchange);
        if (own) {
            access().permitOwn(
                            exchange.who(),
                            route.guard().scope(),
                            route.target().apply(exchange));
        } else if (!route.guard().scope().isEmpty()) {
            exchange.permit(route.guard(), route.target().apply(exchange));
        }
        exchange.checkQuery();
        IdempotencyKey.refuseWhereUnknown(route, exchange);
        Route.Input input = route.input();
        if (input != null) {
            Body.demandType(exchange.request(), input.types());
        }
        if (route.streams() && !Delivery.isHead(exchange.request().getMethod())) {
            // Before anything is begun that is to be streamed.
            places.takeForStream();
        }
        return route.isAudited()
                ? new Deed(access(), route, exchange).commit()
                : audited(route, exchange, () -> asked(route, exchange));
    }

    /** What is there by now need not be waited for. */
    private static Answer asked(Route route, Exchange exchange) throws Exception {
        Answer answer = route.handler().handle(exchange);
        Answer.Later later = answer.later();
        return later != null && later.isThere() ? later.made() : answer;
    }

    /** Whether an agent may be called is seen where it is called; that it may not is audited here. */
    private Answer audited(Route route, Exchange exchange, Callable<Answer> making) throws Exception {
        try {
            Answer answer = making.call();
            if (answer.later() == null) {
                called(
                        route,
                        exchange,
                        answer.status() < 400 ? Outcome.ALLOWED : Outcome.FAILED,
                        "status " + answer.status());
            }
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

    static String incident() {
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
        delivery.send(answer, new Places(premises.gate()), context);
    }

    private static List<String> methods(HttpResponseException missed) {
        return missed.getDetails().values().stream()
                .flatMap(names -> Stream.of(names.split("[^A-Z]+")))
                .filter(name -> !name.isEmpty())
                .sorted()
                .toList();
    }

    private Access access() {
        return premises.orchestrator().access();
    }
}
