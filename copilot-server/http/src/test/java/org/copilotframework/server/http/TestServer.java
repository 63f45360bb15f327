package org.copilotframework.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.copilotframework.api.message.Data;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.core.json.JsonText;

/** A server with the tests' agents on a free port, and a client of it. */
final class TestServer implements AutoCloseable {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final Orchestrator orchestrator;
    final HttpServer server;
    private final String word;

    private TestServer(Orchestrator orchestrator, HttpServer server, String word) {
        this.orchestrator = orchestrator;
        this.server = server;
        this.word = word;
    }

    /** Nobody is asked who he is. */
    static TestServer open(Path home) {
        return start(home, builder -> builder, settings -> settings);
    }

    static TestServer start(Path home, UnaryOperator<OrchestratorBuilder> with, UnaryOperator<HttpSettings> settings) {
        OrchestratorBuilder builder = Orchestrator.builder().home(home).setting("copilot.storage.url", "memory:");
        TestAgents.all().forEach(builder::agent);
        Orchestrator orchestrator = with.apply(builder).start();
        HttpSettings chosen = settings.apply(HttpSettings.defaults().at(HttpSettings.LOOPBACK, 0));
        return new TestServer(orchestrator, HttpServer.start(orchestrator, chosen), "");
    }

    /** One that serves as the settings below {@code copilot.http} say. */
    static TestServer asSet(Path home, UnaryOperator<OrchestratorBuilder> with) {
        OrchestratorBuilder builder = Orchestrator.builder().home(home).setting("copilot.storage.url", "memory:");
        TestAgents.all().forEach(builder::agent);
        Orchestrator orchestrator = with.apply(builder).start();
        HttpSettings settings = HttpSettings.of(orchestrator).at(HttpSettings.LOOPBACK, 0);
        return new TestServer(orchestrator, HttpServer.start(orchestrator, settings), "");
    }

    /** The same server, as whoever has a word. */
    TestServer as(String other) {
        return new TestServer(orchestrator, server, other);
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.address() + path)).timeout(Duration.ofSeconds(60));
        return word.isEmpty() ? request : request.header("Authorization", "Bearer " + word);
    }

    Reply send(HttpRequest.Builder request) {
        try {
            return new Reply(CLIENT.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    Reply get(String path) {
        return send(request(path).GET());
    }

    Reply delete(String path) {
        return send(request(path).DELETE());
    }

    Reply post(String path, String json) {
        return send(json(path, json));
    }

    HttpRequest.Builder json(String path, String json) {
        return request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
    }

    /** Begins to read a stream of events. */
    EventReader events(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = CLIENT.send(request.build(), BodyHandlers.ofInputStream());
        return new EventReader(response);
    }

    /** An answer. */
    record Reply(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        String body() {
            return response.body();
        }

        Data json() {
            return JsonText.parse(response.body());
        }

        Object at(String pointer) {
            return json().at(pointer).map(Data::value).orElse(null);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    @Override
    public void close() {
        server.close();
        orchestrator.close();
    }
}
