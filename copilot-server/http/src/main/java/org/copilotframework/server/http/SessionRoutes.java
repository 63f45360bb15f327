package org.copilotframework.server.http;

import java.util.List;
import java.util.Optional;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.Turn;
import org.copilotframework.core.DeletedSession;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.SessionSummary;

/** Sessions that are stored. */
final class SessionRoutes {
    private static final String READ = "sessions:read";
    private static final String DELETE = "sessions:delete";
    private static final String GROUP = "Sessions";

    private static final View<Views.Page<SessionSummary>> PAGE = Views.page(
            "Sessions", "sessions", Views.SESSION, "The 'after' of the next page; not there on the last one.");

    private static final View<Views.Page<Turn>> TURNS =
            Views.page("Turns", "turns", Views.TURN, "The 'upTo' of the page before; not there on the first one.");

    private final Orchestrator orchestrator;

    SessionRoutes(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    List<Route> all() {
        return List.of(
                Route.get("/v1/sessions", "listSessions", "Lists the tenant's sessions.")
                        .in(GROUP)
                        .scope(READ)
                        .takes("after", Schema.said(Schema.text(), "Those after this session."))
                        .takes("limit", Schema.whole(1, Exchange.MOST))
                        .gives(200, "A page of sessions, in the order of their ids.", PAGE)
                        .by(this::list),
                Route.get("/v1/sessions/{session}", "readSession", "Shows a session.")
                        .in(GROUP)
                        .scope(READ, SessionRoutes::target)
                        .gives(200, "The session.", Views.SESSION)
                        .by(this::read),
                Route.get("/v1/sessions/{session}/turns", "listTurns", "Shows what was said in a session.")
                        .in(GROUP)
                        .scope(READ, SessionRoutes::target)
                        .takes("upTo", Schema.said(Schema.whole(1, Long.MAX_VALUE), "The latest version to show."))
                        .takes("limit", Schema.whole(1, Exchange.MOST))
                        .gives(
                                200,
                                "The latest turns, oldest first; fewer than asked for where they weigh much.",
                                TURNS)
                        .by(this::turns),
                Route.delete(
                                "/v1/sessions/{session}",
                                "deleteSession",
                                "Deletes a session with its turns, state and runs.")
                        .in(GROUP)
                        .scope(DELETE, SessionRoutes::target)
                        .gives(200, "What was deleted.", Views.DELETED_SESSION)
                        .by(this::delete));
    }

    private Answer list(Exchange exchange) {
        int limit = exchange.limit();
        List<SessionSummary> page = orchestrator
                .sessions()
                .list(
                        exchange.tenant(),
                        exchange.query("after").map(SessionId::new).orElse(null),
                        limit);
        return Answer.of(
                PAGE, Views.Page.of(page, limit, session -> session.id().value()));
    }

    private Answer read(Exchange exchange) {
        return Answer.of(Views.SESSION, find(exchange));
    }

    private Answer turns(Exchange exchange) {
        SessionSummary session = find(exchange);
        long upTo = exchange.query("upTo", 1, Long.MAX_VALUE, Long.MAX_VALUE);
        List<Turn> turns = orchestrator.sessions().turns(exchange.tenant(), session.id(), upTo, exchange.limit());
        Optional<Long> oldest = turns.stream().findFirst().map(Turn::version).filter(first -> first > session.first());
        return Answer.of(
                TURNS, new Views.Page<>(turns, oldest.map(first -> first - 1).orElse(null)));
    }

    private Answer delete(Exchange exchange) {
        SessionId id = id(exchange);
        DeletedSession deleted = orchestrator.sessions().delete(exchange.tenant(), id);
        if (!deleted.found() && deleted.runs() == 0) {
            throw unknown(id);
        }
        return Answer.of(Views.DELETED_SESSION, deleted);
    }

    private SessionSummary find(Exchange exchange) {
        SessionId id = id(exchange);
        return orchestrator.sessions().find(exchange.tenant(), id).orElseThrow(() -> unknown(id));
    }

    private static SessionId id(Exchange exchange) {
        return new SessionId(exchange.path("session"));
    }

    private static String target(Exchange exchange) {
        return "session/" + exchange.path("session");
    }

    private static NotFoundException unknown(SessionId id) {
        return NotFoundException.named("session", id.value(), List.of());
    }
}
