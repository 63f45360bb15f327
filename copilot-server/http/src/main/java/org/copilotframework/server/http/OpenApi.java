package org.copilotframework.server.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;

/** What can be asked, as OpenAPI 3.1: the routes themselves, and each agent with its schemas. */
final class OpenApi {
    private static final String PROBLEM = "Problem";

    /** How the authenticators that come with the framework are shown who asks. */
    private static final Map<String, Map<String, String>> SCHEMES = Map.of(
            "apiKey", Map.of("type", "apiKey", "in", "header", "name", "X-API-KEY"),
            "bearer", Map.of("type", "http", "scheme", "bearer"));

    private final List<Route> routes;
    private final Map<String, Map<String, @Nullable Object>> schemas = new TreeMap<>();

    private OpenApi(List<Route> routes) {
        this.routes = routes;
    }

    /** The whole description. */
    static Map<String, @Nullable Object> of(String root, List<Route> routes, List<CatalogueEntry> agents) {
        return new OpenApi(routes).describe(root, agents);
    }

    private Map<String, @Nullable Object> describe(String root, List<CatalogueEntry> agents) {
        schemas.put(Views.MESSAGE, Views.messageSchema());
        schemas.put(PROBLEM, Problem.schema());
        Views.SHARED.forEach(this::add);
        Map<String, Map<String, @Nullable Object>> paths = new LinkedHashMap<>();
        for (Route route : routes) {
            paths.computeIfAbsent(route.path().replace('<', '{').replace('>', '}'), unused -> new LinkedHashMap<>())
                    .put(route.method().toLowerCase(java.util.Locale.ROOT), operation(route));
        }
        agents.forEach(agent -> paths.putAll(paths(agent)));
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("openapi", "3.1.0");
        tree.put("info", info());
        tree.put("servers", List.of(Map.of("url", root.isEmpty() ? "/" : root)));
        tree.put("paths", paths);
        tree.put("components", Map.of("schemas", schemas, "securitySchemes", SCHEMES));
        return tree;
    }

    private static Map<String, @Nullable Object> info() {
        Map<String, @Nullable Object> info = new LinkedHashMap<>();
        info.put("title", "Copilot Framework");
        info.put("version", "v1");
        info.put("summary", "Agents, their runs and sessions.");
        return info;
    }

    private Map<String, @Nullable Object> operation(Route route) {
        Map<String, @Nullable Object> operation = new LinkedHashMap<>();
        operation.put("operationId", route.id());
        operation.put("summary", route.summary());
        if (!route.guard().scope().isEmpty()) {
            operation.put(
                    "description",
                    "Takes the scope `" + route.guard().scope() + "`"
                            + (route.guard().beginner() ? ", or to have begun the run." : "."));
        }
        operation.put("tags", List.of(route.group()));
        List<Map<String, @Nullable Object>> parameters = new ArrayList<>();
        route.pathNames().forEach(name -> parameters.add(parameter(name, "path", true, Schema.text())));
        route.query().stream()
                .filter(one -> !one.equals(Route.ANY))
                .forEach(one -> parameters.add(parameter(one.name(), "query", false, one.schema())));
        if (route.guard().asked()) {
            operation.put("security", List.of(Map.of("apiKey", List.of()), Map.of("bearer", List.of())));
            parameters.add(parameter("X-Tenant-Id", "header", false, Schema.text()));
        }
        if (route.streams() && route.method().equals("GET")) {
            parameters.add(parameter("Last-Event-ID", "header", false, Schema.text()));
        }
        if (route.callsAgent()) {
            parameters.add(parameter(IdempotencyKey.HEADER, "header", false, IdempotencyKey.schema()));
        }
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        Route.Input input = route.input();
        if (input != null) {
            operation.put("requestBody", body(input));
        }
        operation.put("responses", responses(route));
        return operation;
    }

    private static Map<String, @Nullable Object> parameter(
            String name, String in, boolean required, Map<String, @Nullable Object> schema) {
        Map<String, @Nullable Object> parameter = new LinkedHashMap<>();
        parameter.put("name", name);
        parameter.put("in", in);
        parameter.put("required", required);
        parameter.put("schema", schema);
        return parameter;
    }

    private static Map<String, @Nullable Object> body(Route.Input input) {
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        input.types().forEach(type -> content.put(type, Map.of("schema", input.schema())));
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("required", input.required());
        body.put("content", content);
        return body;
    }

    private Map<String, @Nullable Object> responses(Route route) {
        Map<String, @Nullable Object> responses = new LinkedHashMap<>();
        route.outputs().forEach((status, output) -> {
            output.view().ifPresent(this::add);
            Map<String, @Nullable Object> response = new LinkedHashMap<>();
            response.put("description", output.says());
            if (!output.type().isEmpty()) {
                response.put("content", Map.of(output.type(), Map.of("schema", output.schema())));
            }
            responses.put(status.toString(), response);
        });
        Map<String, @Nullable Object> problem = new LinkedHashMap<>();
        problem.put("description", "It was refused, or failed.");
        problem.put("content", Map.of(Problem.TYPE, Map.of("schema", Schema.reference(PROBLEM))));
        responses.put("default", problem);
        return responses;
    }

    private void add(View<?> view) {
        schemas.put(view.name(), view.schema());
    }

    /** An agent's own paths, with what its data look like. */
    private Map<String, Map<String, @Nullable Object>> paths(CatalogueEntry agent) {
        String name = agent.agent().name();
        Map<String, Map<String, @Nullable Object>> paths = new LinkedHashMap<>();
        for (Route route : routes) {
            if (!route.path().startsWith(AgentRoutes.CALLED)) {
                continue;
            }
            Map<String, @Nullable Object> operation = operation(route);
            operation.put("operationId", route.id() + "-" + name);
            operation.put(
                    "summary",
                    agent.agent().description().isEmpty()
                            ? route.summary()
                            : agent.agent().description());
            operation.remove("parameters");
            operation.put("tags", List.of("Agent " + name));
            Map<String, @Nullable Object> schema = agent.inputSchema()
                    .map(data -> Saying.requestSchema(own(data)))
                    .orElseGet(Saying::requestSchema);
            operation.put("requestBody", body(new Route.Input(List.of(Answer.JSON), schema, true)));
            agent.outputSchema().ifPresent(data -> operation.put("x-output-data", own(data)));
            Map<String, @Nullable Object> item = new LinkedHashMap<>();
            item.put("post", operation);
            paths.put(route.path().replace("{agent}", name), item);
        }
        return paths;
    }

    /** A schema that refers to its own definitions is a document of its own. */
    private static Map<String, @Nullable Object> own(Data schema) {
        Map<String, @Nullable Object> own = new LinkedHashMap<>(schema.map());
        own.remove("$schema");
        if (own.containsKey("$defs")) {
            own.put(
                    "$id",
                    "urn:uuid:"
                            + java.util.UUID.nameUUIDFromBytes(
                                    schema.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
        return own;
    }
}
