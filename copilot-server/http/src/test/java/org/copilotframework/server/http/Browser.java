package org.copilotframework.server.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.message.Data;
import org.copilotframework.core.json.JsonText;

/** Chromium, without a window, and pages of an origin of their own whose scripts tell what they see. */
final class Browser implements AutoCloseable {
    private static final long PATIENCE = 120;

    private final Path folder;
    private final HttpServer pages;
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    private volatile String script = "";

    Browser(Path folder) throws IOException {
        this.folder = folder;
        pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pages.createContext("/page", exchange -> answer(exchange, "<!doctype html><script>" + script + "</script>"));
        pages.createContext("/tell", this::tell);
        pages.start();
    }

    /** The origin of the pages. */
    String origin() {
        return "http://127.0.0.1:" + pages.getAddress().getPort();
    }

    /**
     * Shows a page, and waits for what its script tells.
     *
     * @param does calls {@code tell(object)} in the end
     */
    Data run(String does) throws IOException, InterruptedException {
        script = "const tell = seen => fetch('/tell', {method: 'POST', body: JSON.stringify(seen)});\n" + does;
        Path log = Files.createTempFile(folder, "chromium", ".log");
        Process chromium = new ProcessBuilder(
                        Program.find("COPILOT_CHROMIUM", "chromium", "chromium-browser", "google-chrome")
                                .toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + Files.createTempDirectory(folder, "profile"),
                        URI.create(origin() + "/page").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            String said = told.poll(PATIENCE, TimeUnit.SECONDS);
            if (said == null) {
                throw new AssertionError("the page told nothing; the browser said: " + Files.readString(log));
            }
            return JsonText.parse(said);
        } finally {
            List<ProcessHandle> family = chromium.descendants().toList();
            chromium.destroyForcibly().waitFor();
            family.forEach(ProcessHandle::destroyForcibly);
            family.forEach(one -> one.onExit().join());
        }
    }

    private void tell(HttpExchange exchange) throws IOException {
        try (InputStream in = exchange.getRequestBody()) {
            told.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        answer(exchange, "");
    }

    private static void answer(HttpExchange exchange, String html) throws IOException {
        byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        pages.stop(0);
    }
}
