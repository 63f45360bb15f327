package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A home with settings of its own, commands on it, and {@code run} beside them if it is asked for, with an agent {@code greet}. */
final class Served implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("Listening on (http://[^ ;]+)");

    final Path home;
    final Cli cli = new Cli();
    private final Path inbox;
    private Cli server = new Cli();
    private @Nullable CompletableFuture<Integer> status;

    Served(Path folder, String... settings) throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        inbox = Files.createDirectory(folder.resolve("inbox"));
        settings(settings);
        Files.copy(new PluginJar(folder).greeter("1.0.0", "Hello"), inbox.resolve("greeter.jar"));
    }

    void settings(String... lines) throws IOException {
        Files.write(home.resolve("copilot.properties"), List.of(lines), ISO_8859_1);
    }

    Outcome run(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--home", home.toString()));
        return cli.run(all.toArray(String[]::new));
    }

    /** Begins to serve, and returns the address once it does. */
    String serve() {
        status = CompletableFuture.supplyAsync(() -> CommandLineFace.run(
                server.surroundings(), "run", "--port", "0", "--home", home.toString(), "--plugins", inbox.toString()));
        await().atMost(Duration.ofSeconds(60)).until(() -> text().contains("Running.") || status.isDone());
        Matcher address = ADDRESS.matcher(text());
        assertThat(address.find()).as(text() + Cli.text(server.err)).isTrue();
        return address.group(1);
    }

    private String text() {
        return Cli.text(server.out);
    }

    /** What was told beside the results. */
    String hints() {
        return Cli.text(server.err);
    }

    /** Adds a plugin. */
    void drop(Path jar) throws IOException {
        Files.copy(jar, inbox.resolve(jar.getFileName()));
    }

    static HttpResponse<String> send(String method, String url, String header, String value) throws Exception {
        return send(method, url, header, value, "{\"text\": \"world\"}");
    }

    static HttpResponse<String> send(String method, String url, String header, String value, String body)
            throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url))
                                .setHeader("Content-Type", "application/json")
                                .setHeader(header, value)
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    /** Ends what serves; it may begin again. */
    void end() throws Exception {
        if (status != null) {
            server.stop.ask();
            assertThat(status.get(60, TimeUnit.SECONDS)).isZero();
            status = null;
            server = new Cli();
        }
    }

    @Override
    public void close() throws Exception {
        end();
    }
}
