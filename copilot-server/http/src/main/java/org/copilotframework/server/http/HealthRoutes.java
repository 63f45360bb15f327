package org.copilotframework.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.copilotframework.core.Health;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginState;

/** Health, for whoever asks: one word. Parts and reasons are for those who may see them, and ask for them. */
final class HealthRoutes {
    private static final String READ = "health:read";
    private static final String GROUP = "Health";

    /**
     * What is told.
     *
     * @param health is told in parts, if it is there
     */
    private record Told(String status, Optional<Health> health) {}

    private static final View<Told> TOLD = View.<Told>of("Health")
            .text("status", "ok, degraded, down, starting or draining.", Told::status)
            .maybe(
                    "parts",
                    Schema.list(Schema.reference(Views.PART.name())),
                    told -> told.health()
                            .map(health ->
                                    health.parts().stream().map(Views.PART::of).toList()));

    private final Orchestrator orchestrator;
    private final Gate gate;
    private final Supplier<List<Health.Part>> own;

    /** Once it is, it stays so, also while a plugin is installed later. */
    private volatile boolean started;

    /**
     * Makes the routes.
     *
     * @param own how the face's own parts are
     */
    HealthRoutes(Orchestrator orchestrator, Gate gate, Supplier<List<Health.Part>> own) {
        this.orchestrator = orchestrator;
        this.gate = gate;
        this.own = own;
    }

    List<Route> all() {
        return List.of(
                route(
                        "/health/live",
                        "isLive",
                        "Whether the process answers; if not, it should be started anew.",
                        this::live),
                route("/health/started", "isStarted", "Whether the start has ended.", this::started),
                route("/health/ready", "isReady", "Whether requests should be sent here.", this::ready));
    }

    private static Route route(String path, String id, String summary, Route.Handler handler) {
        return Route.get(path, id, summary)
                .in(GROUP)
                .guard(Route.Guard.ALWAYS, exchange -> "")
                .takes(
                        "verbose",
                        Schema.said(Schema.truth(), "Tells parts and reasons too, which takes the scope " + READ + "."))
                .gives(200, "It is so.", TOLD)
                .gives(503, "It is not so.", TOLD)
                .by(handler);
    }

    private Answer live(Exchange exchange) {
        return told(exchange, "ok", true);
    }

    private Answer started(Exchange exchange) {
        if (!started) {
            started =
                    orchestrator.plugins().list().stream().noneMatch(plugin -> plugin.state() == PluginState.STARTING);
        }
        return told(exchange, started ? "ok" : "starting", started);
    }

    private Answer ready(Exchange exchange) {
        Health.Status status = health().status();
        return gate.ready()
                ? told(exchange, Schema.lower(status), status != Health.Status.DOWN)
                : told(exchange, "draining", false);
    }

    private Answer told(Exchange exchange, String word, boolean good) {
        boolean verbose = exchange.flag("verbose");
        Optional<Health> health = verbose ? Optional.of(parts(exchange)) : Optional.empty();
        return Answer.json(good ? 200 : 503, TOLD.of(new Told(word, health)));
    }

    private Health health() {
        List<Health.Part> parts = new ArrayList<>(orchestrator.health().parts());
        parts.addAll(own.get());
        return Health.of(parts);
    }

    /** Who has to be asked who he is counts like any other request. */
    private Health parts(Exchange exchange) {
        try (Gate.Place unused = gate.call()) {
            exchange.permitHost(READ, "");
            return health();
        }
    }
}
