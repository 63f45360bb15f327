package org.copilotframework.server.http;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.RunSummary;

/** Runs that are stored: those that were submitted or streamed, and those that were suspended. */
final class RunRoutes {
    private static final String READ = "runs:read";
    private static final String CANCEL = "runs:cancel";
    private static final String DELETE = "runs:delete";
    private static final String GROUP = "Runs";

    static final View<Run> STARTED = View.<Run>of("StartedRun")
            .text("id", "The run.", run -> run.id().value())
            .oneOf("state", RunState.class, "Where it stands.", Run::state);

    /** A run and what is known of it now. */
    private record Shown(RunSummary summary, Run run, RunEnd end, Optional<String> obstacle) {}

    private static final View<Shown> SHOWN = View.<Shown>of("ShownRun")
            .always("run", Schema.reference(Views.RUN.name()), shown -> Views.RUN.of(shown.summary()))
            .maybe(
                    "question",
                    Schema.reference(Views.MESSAGE),
                    shown -> shown.run().question())
            .maybe(
                    "reply",
                    Schema.reference(Views.REPLY.name()),
                    shown -> shown.end().reply())
            .maybe("error", Schema.reference("Problem"), shown -> shown.end().error())
            .maybe("obstacle", Schema.said(Schema.text(), "Why it does not go on, though it could."), Shown::obstacle);

    private static final View<Views.Page<RunSummary>> PAGE =
            Views.page("Runs", "runs", Views.RUN, "The 'before' of the next page; not there on the last one.");

    private static final View<Boolean> CANCELED = View.<Boolean>of("Canceled")
            .always(
                    "canceled",
                    Schema.said(Schema.truth(), "Whether this ended the run; false if it had ended already."),
                    done -> done);

    private final Orchestrator orchestrator;

    RunRoutes(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    List<Route> all() {
        return List.of(
                Route.get("/v1/runs", "listRuns", "Lists the tenant's runs, the latest first.")
                        .in(GROUP)
                        .scope(READ)
                        .takes("state", Schema.said(Schema.oneOf(RunState.class), "Only those in this state."))
                        .takes("before", Schema.said(Schema.text(), "Those before this run."))
                        .takes("limit", Schema.whole(1, Exchange.MOST))
                        .gives(200, "A page of runs.", PAGE)
                        .by(this::list),
                Route.get(
                                "/v1/runs/{run}",
                                "readRun",
                                "Shows a run: where it stands, what it asks, its reply or error.")
                        .in(GROUP)
                        .scopeOrBeginner(READ, RunRoutes::target)
                        .gives(200, "The run.", SHOWN)
                        .by(this::read),
                Route.get("/v1/runs/{run}/events", "streamRun", "Streams a run's events and its reply.")
                        .in(GROUP)
                        .scopeOrBeginner(READ, RunRoutes::target)
                        .takes(
                                "after",
                                Schema.said(
                                        Schema.whole(0, Long.MAX_VALUE),
                                        "Those after this position; the header" + " Last-Event-ID goes before it."))
                        .gives(200, "Server-sent events: run, those of the run, then reply or error.", EventWriter.TYPE)
                        .gives(204, "The client has read the last event.", "")
                        .by(this::events),
                Route.post(
                                "/v1/runs/{run}:input",
                                "answerRun",
                                "Gives a run that you began the input it waits for, and waits"
                                        + " for what its agent says then.")
                        .in(GROUP)
                        .guard(Route.Guard.RECOGNISED, RunRoutes::target)
                        .takesJson(Saying.schema(Schema.any(), Map.of()), true)
                        .gives(200, "The reply; suspended, if the agent asks again.", Views.REPLY)
                        .by(RunRoutes::input),
                Route.post("/v1/runs/{run}:cancel", "cancelRun", "Ends a run.")
                        .in(GROUP)
                        .scopeOrBeginner(CANCEL, RunRoutes::target)
                        .takesJson(Exchange.schema(Canceling.class), false)
                        .gives(200, "What came of it.", CANCELED)
                        .by(this::cancel),
                Route.delete("/v1/runs/{run}", "deleteRun", "Deletes a run in whatever state.")
                        .in(GROUP)
                        .scope(DELETE, RunRoutes::target)
                        .gives(204, "It is gone.", "")
                        .by(this::delete));
    }

    private Answer list(Exchange exchange) {
        int limit = exchange.limit();
        List<RunSummary> page = orchestrator
                .runs()
                .list(
                        exchange.tenant(),
                        exchange.query("state", RunState.class).orElse(null),
                        exchange.query("before").map(RunId::new).orElse(null),
                        limit);
        return Answer.of(PAGE, Views.Page.of(page, limit, run -> run.id().value()));
    }

    private Answer read(Exchange exchange) {
        RunId id = id(exchange);
        RunSummary summary = orchestrator.runs().summary(exchange.tenant(), id).orElseThrow(() -> unknown(id));
        Run run = run(exchange);
        RunEnd end = RunEnd.of(run, summary.state());
        return Answer.of(SHOWN, new Shown(summary, run, end, orchestrator.runs().obstacle(exchange.tenant(), id)));
    }

    private Answer events(Exchange exchange) {
        Optional<String> last = exchange.header("Last-Event-ID");
        if (last.isPresent() && last.get().equals(RunStream.END)) {
            return Answer.nothing();
        }
        long after = exchange.query("after", 0, Long.MAX_VALUE, 0);
        return stream(exchange, run(exchange), last.map(RunRoutes::position).orElse(after), false);
    }

    private static long position(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw new InvalidRequestException(
                    "header Last-Event-ID: is the id of an event of this run, not '" + text + "'");
        }
        return Long.parseLong(text);
    }

    static Answer stream(Exchange exchange, Run run, long after, boolean cancelOnLeave) {
        Premises premises = exchange.premises();
        Duration keepAlive = premises.settings().keepAlive();
        Presence presence = Presence.of(exchange, "the run goes on");
        return Answer.events(new RunStream(run, after, presence, premises.gate(), keepAlive, cancelOnLeave));
    }

    /** Only whoever began a run answers it, and with what it was begun with: that is asked where it is done. */
    private static Answer input(Exchange exchange) throws Refusal {
        Optional<String> key = IdempotencyKey.of(exchange);
        Message said = Saying.message(exchange.jsonObject(), Set.of());
        Client client = exchange.client();
        AgentReply reply =
                key.isPresent() ? client.answer(id(exchange), said, key.get()) : client.answer(id(exchange), said);
        return Answer.of(Views.REPLY, reply);
    }

    private Answer cancel(Exchange exchange) throws Refusal {
        String who = exchange.caller().principal().subject();
        String why = exchange.jsonIfAny(Canceling.class)
                .flatMap(Canceling::why)
                .map(reason -> reason + " (" + who + ")")
                .orElse("canceled over HTTP by " + who);
        return Answer.of(CANCELED, run(exchange).cancel(why));
    }

    /** What may be said with a cancellation. */
    record Canceling(@Doc("The reason, for a person.") Optional<String> why) {}

    private Answer delete(Exchange exchange) {
        RunId id = id(exchange);
        if (!orchestrator.runs().delete(exchange.tenant(), id)) {
            throw unknown(id);
        }
        return Answer.nothing();
    }

    private Run run(Exchange exchange) {
        RunId id = id(exchange);
        return orchestrator.runs().find(exchange.tenant(), id).orElseThrow(() -> unknown(id));
    }

    private static RunId id(Exchange exchange) {
        return new RunId(exchange.path("run"));
    }

    /** Whether whoever asks has begun the run that the path names. */
    static boolean isBegunBy(Exchange exchange) {
        return exchange.premises().orchestrator().runs().isBegunBy(exchange.caller(), id(exchange));
    }

    private static String target(Exchange exchange) {
        return "run/" + exchange.path("run");
    }

    static String path(Exchange exchange, Run run) {
        return exchange.root() + "/v1/runs/" + run.id();
    }

    private static NotFoundException unknown(RunId id) {
        return NotFoundException.named("run", id.value(), List.of());
    }
}
