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
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
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
        ServerConnector connector = new ServerConnector(jetty);
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        try (Orchestrator orchestrator = builder.start();
                HttpFace face = HttpFace.of(orchestrator, HttpSettings.defaults())) {
            ServletContextHandler context = new ServletContextHandler("/copilot");
            context.addServlet(new ServletHolder(new Hello()), "/own");
            ServletHolder holder = new ServletHolder(face.servlet());
            holder.setAsyncSupported(true);
            context.addServlet(holder, "/*");
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
