package org.copilotframework.server.http;

import java.util.List;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.core.json.JsonText;

/** What can be asked, as a page that fetches nothing from elsewhere and runs no script. */
final class DocsPage {
    static final String STYLE = """
            body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
            h2 { border-bottom: 1px solid #8888; margin-top: 2.5rem; }
            code, pre { font: 14px/1.5 ui-monospace, monospace; }
            pre { background: #8881; overflow-x: auto; padding: .8rem; }
            dt { font-weight: 600; margin-top: 1rem; }
            dd { margin-left: 1.5rem; }
            @media (prefers-color-scheme: dark) { body { background: #111; color: #ddd; } a { color: #8bf; } }
            """;

    private final StringBuilder html = new StringBuilder();

    private DocsPage() {}

    static String of(String base, String root, List<Route> routes, List<CatalogueEntry> agents) {
        DocsPage page = new DocsPage();
        page.html
                .append(
                        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Copilot Framework</title>")
                .append("<meta name=\"viewport\" content=\"width=device-width\">")
                .append("<link rel=\"stylesheet\" href=\"")
                .append(text(root))
                .append("/docs/style.css\"></head><body>")
                .append("<h1>Copilot Framework</h1><p>The same for programs: <a href=\"")
                .append(text(root))
                .append("/openapi.json\">openapi.json</a></p>");
        agents.forEach(agent -> page.agent(base, agent));
        routes.stream().map(Route::group).distinct().forEach(group -> page.group(group, routes));
        return page.html.append("</body></html>").toString();
    }

    private void agent(String base, CatalogueEntry agent) {
        String name = agent.agent().name();
        html.append("<h2>Agent ")
                .append(text(name))
                .append("</h2><p>")
                .append(text(agent.agent().description()));
        html.append("</p><pre>curl ").append(text(base)).append("/v1/agents/").append(text(name));
        html.append(":invoke -H 'Content-Type: application/json' -d '{\"text\": \"...\"}'</pre>");
        agent.inputSchema()
                .ifPresent(schema -> html.append("<p>It takes data of this schema:</p><pre>")
                        .append(text(JsonText.pretty(schema)))
                        .append("</pre>"));
        agent.outputSchema()
                .ifPresent(schema -> html.append("<p>It gives data of this schema:</p><pre>")
                        .append(text(JsonText.pretty(schema)))
                        .append("</pre>"));
    }

    private void group(String group, List<Route> routes) {
        html.append("<h2>").append(text(group)).append("</h2><dl>");
        routes.stream().filter(route -> route.group().equals(group)).forEach(this::route);
        html.append("</dl>");
    }

    private void route(Route route) {
        html.append("<dt><code>")
                .append(text(route.method() + " " + route.path()))
                .append("</code></dt><dd>");
        html.append(text(route.summary()));
        if (!route.guard().scope().isEmpty()) {
            html.append(" Takes the scope <code>")
                    .append(text(route.guard().scope()))
                    .append("</code>.");
        }
        route.query().stream()
                .filter(one -> !one.equals(Route.ANY))
                .forEach(one -> html.append("<br><code>?")
                        .append(text(one.name()))
                        .append("=</code> ")
                        .append(text(String.valueOf(one.schema().getOrDefault("description", "")))));
        html.append("</dd>");
    }

    private static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
