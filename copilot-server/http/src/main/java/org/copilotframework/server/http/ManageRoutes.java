package org.copilotframework.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.spi.management.ManagementEndpoint;
import org.copilotframework.api.spi.management.ManagementRequest;
import org.copilotframework.api.spi.management.ManagementResponse;
import org.copilotframework.core.Orchestrator;

/** The endpoints for operators that implementations bring, each with a scope of its own. */
final class ManageRoutes {
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE");
    private static final List<String> CHANGES = List.of("POST", "PUT");

    /** What is sent is read by the endpoint. */
    private static final Route.Input WHATEVER =
            new Route.Input(List.of(Body.ANY), Schema.with(Schema.text(), "format", "binary"), false);

    private final Orchestrator orchestrator;

    ManageRoutes(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    List<Route> all() {
        List<Route> routes = new ArrayList<>();
        for (ManagementEndpoint endpoint : orchestrator.access().endpoints()) {
            for (String method : METHODS) {
                String scope = endpoint.scope(method);
                // Without a scope it would be everybody's; so it is nobody's.
                if (scope != null && !scope.isBlank()) {
                    routes.add(route(endpoint, method, "", scope));
                    routes.add(route(endpoint, method, "/<rest>", scope));
                }
            }
        }
        return routes;
    }

    private static Route route(ManagementEndpoint endpoint, String method, String rest, String scope) {
        String id = method.toLowerCase(java.util.Locale.ROOT) + "Manage" + (rest.isEmpty() ? "" : "Below");
        Route route = Route.of(
                        method, "/v1/manage/" + endpoint.path() + rest, id + "-" + endpoint.path(), "For operators.")
                .in("Management")
                .anyQuery()
                .hostScope(
                        scope,
                        exchange -> "manage/" + endpoint.path() + (rest.isEmpty() ? "" : "/" + exchange.path("rest")))
                .gives(200, "What the endpoint tells.", Body.ANY)
                .by(exchange -> handle(endpoint, method, exchange, !rest.isEmpty()));
        return CHANGES.contains(method) ? route.takes(WHATEVER) : route;
    }

    /** HEAD is GET for the endpoint, as it was for whoever permitted it. */
    private static Answer handle(ManagementEndpoint endpoint, String method, Exchange exchange, boolean below)
            throws Exception {
        ManagementResponse response = endpoint.handle(new ManagementRequest(
                exchange.caller(),
                method,
                below ? exchange.path("rest") : "",
                exchange.queries(),
                exchange.header("Accept").orElse(""),
                exchange.body()));
        Optional<String> type =
                Optional.of(response.contentType()).filter(text -> text.chars().noneMatch(Character::isISOControl));
        return Answer.bytes(response.status(), type.orElse("application/octet-stream"), response.body());
    }
}
