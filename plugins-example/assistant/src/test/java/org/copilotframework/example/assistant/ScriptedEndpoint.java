package org.copilotframework.example.assistant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** Speaks the protocol of OpenAI's chat completions over a real connection, by a script. */
final class ScriptedEndpoint implements AutoCloseable {
    /** Answers one request. */
    @FunctionalInterface
    interface Act {
        void answer(HttpExchange exchange) throws IOException, InterruptedException;
    }

    /** What was asked. */
    record Asked(String authorization, JsonNode body) {
        List<String> messages() {
            List<String> messages = new ArrayList<>();
            body.get("messages")
                    .forEach(message -> messages.add(message.get("role").asText() + ": "
                            + message.path("content").asText("")));
            return messages;
        }

        JsonNode tool(String name) {
            for (JsonNode tool : body.path("tools")) {
                if (tool.at("/function/name").asText().equals(name)) {
                    return tool.get("function");
                }
            }
            throw new AssertionError("no tool " + name + " in " + body.path("tools"));
        }

        List<String> tools() {
            List<String> names = new ArrayList<>();
            body.path("tools")
                    .forEach(tool -> names.add(tool.at("/function/name").asText()));
            return names;
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Act> script = new LinkedBlockingQueue<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch end = new CountDownLatch(1);

    ScriptedEndpoint() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /** Begins anew, for the next test. */
    void forget() {
        end.countDown();
        end = new CountDownLatch(1);
        script.clear();
        asked.clear();
    }

    /** Appends to the script. */
    ScriptedEndpoint then(Act act) {
        script.add(act);
        return this;
    }

    /** The model says a text, in the given pieces. */
    ScriptedEndpoint says(String... pieces) {
        return then(exchange -> {
            OutputStream out = begin(exchange);
            for (String piece : pieces) {
                send(out, chunk(Map.of("content", piece), null));
            }
            end(out, "stop");
        });
    }

    /** The model calls tools: name, arguments, name, arguments, and so on; the arguments come in pieces. */
    ScriptedEndpoint calls(String... namesAndArguments) {
        return saysAndCalls("", namesAndArguments);
    }

    ScriptedEndpoint saysAndCalls(String text, String... namesAndArguments) {
        return then(exchange -> {
            OutputStream out = begin(exchange);
            if (!text.isEmpty()) {
                send(out, chunk(Map.of("content", text), null));
            }
            for (int i = 0; i < namesAndArguments.length / 2; i++) {
                String arguments = namesAndArguments[2 * i + 1];
                int half = arguments.length() / 2;
                String id = "call_" + asked.size() + "_" + i;
                send(out, call(i, id, namesAndArguments[2 * i], ""));
                send(out, call(i, null, null, arguments.substring(0, half)));
                send(out, call(i, null, null, arguments.substring(half)));
            }
            end(out, "tool_calls");
        });
    }

    /** Refuses with a status and a body; headers as name, value, name, value. */
    ScriptedEndpoint refuses(int status, String body, String... headers) {
        return then(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    /** Says nothing more on this connection until the test ends. */
    void hang() throws InterruptedException {
        end.await();
    }

    List<Asked> asked() {
        return asked;
    }

    Asked last() {
        return asked.get(asked.size() - 1);
    }

    static OutputStream begin(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        send(out, chunk(Map.of("role", "assistant", "content", ""), null));
        return out;
    }

    static void end(OutputStream out, String reason) throws IOException {
        send(out, chunk(Map.of(), reason));
        send(
                out,
                "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"scripted\",\"choices\":[],"
                        + "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7,\"total_tokens\":18}}");
        send(out, "[DONE]");
        out.close();
    }

    static void send(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    static String chunk(Map<String, ?> delta, String finish) {
        return "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"scripted\",\"choices\":[{\"index\":0,"
                + "\"delta\":" + json(delta) + ",\"finish_reason\":" + json(finish) + "}]}";
    }

    private static String call(int index, String id, String name, String arguments) {
        Map<String, Object> function = new java.util.LinkedHashMap<>();
        if (name != null) {
            function.put("name", name);
        }
        function.put("arguments", arguments);
        Map<String, Object> call = new java.util.LinkedHashMap<>();
        call.put("index", index);
        if (id != null) {
            call.put("id", id);
            call.put("type", "function");
        }
        call.put("function", function);
        return chunk(Map.of("tool_calls", List.of(call)), null);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body = JSON.readTree(exchange.getRequestBody());
            asked.add(new Asked(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")), body));
            boolean right = exchange.getRequestURI().getPath().equals("/v1/chat/completions")
                    && body.path("stream").asBoolean()
                    && body.at("/stream_options/include_usage").asBoolean();
            Act act = script.poll();
            if (!right || act == null) {
                exchange.sendResponseHeaders(400, -1);
                return;
            }
            act.answer(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
