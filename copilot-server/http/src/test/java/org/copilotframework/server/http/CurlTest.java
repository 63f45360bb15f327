package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages tell to do with curl is done with curl. */
@Tag("all-backends")
class CurlTest {
    @TempDir
    static Path home;

    private static TestServer server;

    @BeforeAll
    static void start() {
        TestKeys keys = new TestKeys().with("all", "root", "acme", "*");
        server = TestServer.start(home, builder -> builder.authenticator(keys), settings -> settings);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String curl(String path, String... options) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Program.find("COPILOT_CURL", "curl").toString(),
                "--silent",
                "--show-error",
                "--max-time",
                "60",
                "--noproxy",
                "*",
                "-H",
                "Authorization: Bearer all"));
        line.addAll(List.of(options));
        line.add(server.server.address() + path);
        Path said = Files.createTempFile(home, "curl", ".out");
        Process curl = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(curl.waitFor(90, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(said, StandardCharsets.UTF_8);
        assertThat(curl.exitValue()).as(text).isZero();
        return text;
    }

    @Test
    void anAgentIsCalledAsThePagesTell() throws Exception {
        String reply =
                curl("/v1/agents/echo:invoke", "-H", "Content-Type: application/json", "-d", "{\"text\": \"world\"}");
        assertThat(reply)
                .isEqualTo(
                        "{\"state\":\"completed\",\"message\":{\"role\":\"agent\",\"parts\":[{\"text\":\"world\"}]}}");
    }

    @Test
    void theSameOverHttp2WithoutAskingFirst() throws Exception {
        assertThat(curl(
                        "/v1/agents/echo:invoke",
                        "--http2-prior-knowledge",
                        "-w",
                        " over %{http_version}",
                        "-H",
                        "Content-Type: application/json",
                        "-d",
                        "{\"text\": \"world\"}"))
                .contains("\"world\"")
                .endsWith(" over 2");
    }

    @Test
    void aStreamIsShownAsItComes() throws Exception {
        assertThat(curl(
                        "/v1/agents/teller:stream",
                        "--no-buffer",
                        "-H",
                        "Content-Type: application/json",
                        "-d",
                        "{\"text\": \"2\"}"))
                .startsWith("event: run\ndata: {")
                .contains("event: text\n", "piece 1")
                .contains("id: end\nevent: reply\n");
    }

    @Test
    void anAnswerIsPackedForWhoTakesIt() throws Exception {
        assertThat(curl("/openapi.json", "--compressed", "-D", "-"))
                .containsIgnoringCase("content-encoding: gzip")
                .contains("\"openapi\":\"3.1.0\"");
    }

    @Test
    void whatIsRefusedIsToldAsAProblem() throws Exception {
        assertThat(curl("/v1/agents/echo:invoke", "-d", "{\"text\": \"world\"}", "-w", " %{http_code} %{content_type}"))
                .contains("\"code\":\"invalid_request\"")
                .endsWith(" 415 application/problem+json");
    }
}
