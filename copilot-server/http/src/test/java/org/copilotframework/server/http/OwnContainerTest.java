package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application mounts the face in its own container, beside servlets of its own. */
class OwnContainerTest {
    @TempDir
    Path home;

    private static final class Hello extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().write("the application's own");
        }
    }

    @Test
    void theFaceIsMountedBelowAPathBesideOtherServlets() throws Exception {
        OrchestratorBuilder builder = Orchestrator.builder().home(home).setting("copilot.storage.url", "memory:");
        TestAgents.all().forEach(builder::agent);
        Server jetty = new Server();
        ServerConnector connector = connector(jetty, new HttpConfiguration());
        try (Orchestrator orchestrator = builder.start();
                HttpFace face = HttpFace.of(orchestrator, HttpSettings.defaults())) {
            ServletContextHandler context = mount(face, "/copilot");
            context.addServlet(new ServletHolder(new Hello()), "/own");
            jetty.setHandler(context);
            jetty.start();

            String base = "http://localhost:" + connector.getLocalPort() + "/copilot";
            HttpClient client = HttpClient.newHttpClient();
            assertThat(client.send(
                                    HttpRequest.newBuilder(URI.create(base + "/own"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body())
                    .isEqualTo("the application's own");
            assertThat(client.send(post(base + "/v1/agents/echo:invoke", "{\"text\": \"hi\"}"), BodyHandlers.ofString())
                            .body())
                    .contains("\"hi\"");
            assertThat(client.send(post(base + "/v1/agents/echo:submit", "{\"text\": \"hi\"}"), BodyHandlers.ofString())
                            .headers()
                            .firstValue("Location")
                            .orElse(""))
                    .startsWith("/copilot/v1/runs/");
            try (EventReader events = new EventReader(client.send(
                    post(base + "/v1/agents/teller:stream", "{\"text\": \"1\"}"), BodyHandlers.ofInputStream()))) {
                assertThat(events.next("reply").at("/message/parts/0/text")).isEqualTo("told");
            }
        } finally {
            jetty.stop();
        }
    }

    private static ServerConnector connector(Server jetty, HttpConfiguration http) {
        ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        return connector;
    }

    private static ServletContextHandler mount(HttpFace face, String path) {
        ServletContextHandler context = new ServletContextHandler(path);
        ServletHolder holder = new ServletHolder(face.servlet());
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        return context;
    }

    /** Jetty refuses a slash that is encoded before any servlet sees it, unless it is told otherwise. */
    @Test
    void anIdWithASlashTakesASettingOfTheContainer() throws Exception {
        HttpConfiguration taken = new HttpConfiguration();
        taken.setUriCompliance(UriCompliance.from("DEFAULT,AMBIGUOUS_PATH_SEPARATOR,AMBIGUOUS_PATH_ENCODING"));
        for (String path : List.of("/", "/copilot")) {
            assertThat(sessionWithASlash(new HttpConfiguration(), path)).isEqualTo(400);
            assertThat(sessionWithASlash(taken, path)).isEqualTo(200);
        }
    }

    private int sessionWithASlash(HttpConfiguration http, String path) throws Exception {
        OrchestratorBuilder builder = Orchestrator.builder().home(home).setting("copilot.storage.url", "memory:");
        TestAgents.all().forEach(builder::agent);
        Server jetty = new Server();
        ServerConnector connector = connector(jetty, http);
        try (Orchestrator orchestrator = builder.start();
                HttpFace face = HttpFace.of(orchestrator, HttpSettings.defaults())) {
            jetty.setHandler(mount(face, path));
            jetty.start();
            String base = "http://localhost:" + connector.getLocalPort() + (path.equals("/") ? "" : path);
            HttpClient client = HttpClient.newHttpClient();
            client.send(
                    post(base + "/v1/agents/echo:invoke", "{\"text\": \"a\", \"session\": \"a/b\"}"),
                    BodyHandlers.ofString());
            HttpResponse<String> seen = client.send(
                    HttpRequest.newBuilder(URI.create(base + "/v1/sessions/a%2Fb"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(seen.statusCode() != 200 || seen.body().contains("\"a/b\""))
                    .isTrue();
            return seen.statusCode();
        } finally {
            jetty.stop();
        }
    }

    @Test
    void aDoorThatIsNotFitIsNotMounted() {
        OrchestratorBuilder builder = Orchestrator.builder()
                .home(home)
                .setting("copilot.storage.url", "memory:")
                .setting("copilot.environment", "prod");
        try (Orchestrator orchestrator = builder.start()) {
            assertThatThrownBy(() -> HttpFace.of(orchestrator, HttpSettings.defaults()))
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    private static HttpRequest post(String url, String json) {
        return HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build();
    }
}
