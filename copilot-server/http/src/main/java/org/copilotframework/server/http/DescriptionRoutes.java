package org.copilotframework.server.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.json.FaceJson;
import org.jspecify.annotations.Nullable;

/** What can be asked here, for programs and for persons. Which agents there are is told to those who may see them. */
final class DescriptionRoutes {
    private static final String GROUP = "Description";
    private static final String HTML = "text/html; charset=utf-8";

    private final Orchestrator orchestrator;
    private final List<Route> routes;

    /** What is told to those who see no agents. */
    private volatile @Nullable Strangers strangers;

    private record Strangers(String root, byte[] description) {}

    DescriptionRoutes(Orchestrator orchestrator, List<Route> others) {
        this.orchestrator = orchestrator;
        List<Route> own = List.of(
                route("/openapi.json", "describe", "Describes this face as OpenAPI 3.1.")
                        .gives(200, "The description.", Answer.JSON)
                        .by(this::openApi),
                route("/docs", "readDocs", "Describes this face on a page.")
                        .gives(200, "A page.", HTML)
                        .by(this::page),
                route("/docs/style.css", "styleDocs", "What the page looks like.")
                        .gives(200, "A style sheet.", "text/css")
                        .by(exchange -> Answer.bytes(
                                200, "text/css; charset=utf-8", DocsPage.STYLE.getBytes(StandardCharsets.UTF_8))));
        List<Route> described = new ArrayList<>(others);
        described.addAll(own);
        this.routes = List.copyOf(described);
    }

    private static Route route(String path, String id, String summary) {
        return Route.get(path, id, summary).in(GROUP).guard(Route.Guard.NOBODY, exchange -> "");
    }

    List<Route> all() {
        return routes.stream().filter(route -> route.group().equals(GROUP)).toList();
    }

    private Answer openApi(Exchange exchange) {
        List<CatalogueEntry> agents = agents(exchange);
        byte[] told = agents.isEmpty() ? forStrangers(exchange.root()) : describe(exchange.root(), agents);
        return ETag.of(exchange, Answer.bytes(200, Answer.JSON, told));
    }

    /** Whoever comes may ask for it, so it is made once. */
    private byte[] forStrangers(String root) {
        Strangers known = strangers;
        if (known == null || !known.root().equals(root)) {
            known = new Strangers(root, describe(root, List.of()));
            strangers = known;
        }
        return known.description();
    }

    private byte[] describe(String root, List<CatalogueEntry> agents) {
        return FaceJson.write(OpenApi.of(root, routes, agents));
    }

    private Answer page(Exchange exchange) {
        return Answer.bytes(
                200,
                HTML,
                DocsPage.of(exchange.base(), exchange.root(), routes, agents(exchange))
                        .getBytes(StandardCharsets.UTF_8));
    }

    private List<CatalogueEntry> agents(Exchange exchange) {
        try {
            return exchange.caller().principal().granted("agents:read")
                    ? orchestrator.agents().list()
                    : List.of();
        } catch (CopilotException stranger) {
            return List.of();
        }
    }
}
