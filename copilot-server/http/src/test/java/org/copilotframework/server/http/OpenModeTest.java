package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where nobody is asked who he is, pages that a browser on this machine shows must not get in. */
class OpenModeTest {
    @TempDir
    static Path home;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.open(home);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** What the client of the JDK would not send. */
    private static String raw(String... lines) throws IOException {
        return raw(server.server.port(), lines);
    }

    static String raw(int port, String... lines) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            String request = String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8080"})
    void namesOfThisMachineAreServed(String host) throws IOException {
        assertThat(raw("GET /v1/agents HTTP/1.1", "Host: " + host)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example:8080",
                "10.0.0.1",
                "[::2]",
            })
    void aNameThatWasMadeToPointHereIsRefused(String host) throws IOException {
        String reply = raw("GET /v1/agents HTTP/1.1", "Host: " + host);
        assertThat(reply).startsWith("HTTP/1.1 403").doesNotContain("greeter");
        assertThat(raw("GET /openapi.json HTTP/1.1", "Host: " + host)).doesNotContain("greeter");
        assertThat(raw("GET /health/ready HTTP/1.1", "Host: " + host)).startsWith("HTTP/1.1 200");
        assertThat(raw("GET /health/ready?verbose=true HTTP/1.1", "Host: " + host))
                .startsWith("HTTP/1.1 403");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host:", "Host: localhost:x", "Host: localhost\r\nHost: localhost", "X: y"})
    void aRequestWithoutOneGoodNameIsRefused(String header) throws IOException {
        assertThat(raw("GET /v1/agents HTTP/1.1", header))
                .startsWith("HTTP/1.1 4")
                .doesNotContain("greeter");
    }

    @Test
    void aNameInTheRequestLineDoesNotGoBeforeTheHeader() throws IOException {
        assertThat(raw("GET http://localhost/v1/agents HTTP/1.1", "Host: evil.example"))
                .startsWith("HTTP/1.1 4")
                .doesNotContain("greeter");
    }

    @Test
    void whatAProxyPassesOnIsRefused() throws IOException {
        assertThat(raw("GET /v1/agents HTTP/1.1", "Host: localhost", "X-Forwarded-For: 127.0.0.1"))
                .startsWith("HTTP/1.1 403");
        assertThat(raw("GET /v1/agents HTTP/1.1", "Host: localhost", "Forwarded: for=10.0.0.1"))
                .startsWith("HTTP/1.1 403");
        assertThat(raw("GET /v1/agents HTTP/1.1", "Host: localhost", "X-Real-IP: 127.0.0.1"))
                .startsWith("HTTP/1.1 403");
        assertThat(raw("GET /v1/agents HTTP/1.1", "Host: localhost", "Via: 1.1 proxy"))
                .startsWith("HTTP/1.1 403");
    }

    @Test
    void aPageOfAnotherOriginIsRefused() throws IOException {
        String host = "Host: localhost:" + server.server.port();
        assertThat(raw("GET /v1/agents HTTP/1.1", host, "Origin: https://evil.example"))
                .startsWith("HTTP/1.1 403");
        assertThat(raw("GET /v1/agents HTTP/1.1", host, "Origin: null")).startsWith("HTTP/1.1 403");
        assertThat(raw("GET /v1/agents HTTP/1.1", host, "Origin: http://localhost:" + server.server.port()))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void whatAPageCanSendWithoutAskingChangesNothing() throws IOException {
        String host = "Host: localhost:" + server.server.port();
        String run = (String)
                server.post("/v1/agents/asker:submit", "{\"text\": \"a\"}").at("/id");
        for (String type : new String[] {"X: y", "Content-Type: text/plain", "Content-Type: multipart/form-data"}) {
            assertThat(raw("POST /v1/runs/" + run + ":cancel HTTP/1.1", host, type, "Content-Length: 0"))
                    .startsWith("HTTP/1.1 415");
        }
        assertThat(server.get("/v1/runs/" + run).at("/run/state")).isNotEqualTo("canceled");
    }
}
