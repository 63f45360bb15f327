package org.copilotframework.storage.tck.blob;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server of a fake of a service: it notes each request in one line, such as {@code PUT /path?query}, and answers some of them
 * badly. What the service says is the fake's matter. Safe for use by several threads.
 */
public final class FaultyServer implements AutoCloseable {
    private static final ThreadLocal<Boolean> LOSING = ThreadLocal.withInitial(() -> false);

    static {
        // Else each answer waits for an acknowledgement, for 40 milliseconds.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** What becomes of a request. */
    public interface Answer {
        /**
         * Answers; the exchange is closed afterwards.
         *
         * @param exchange the request
         * @throws IOException if the connection is to break
         */
        void to(HttpExchange exchange) throws IOException;
    }

    private record Fault(AtomicInteger left, Predicate<String> which, Answer answer) {}

    private final Function<HttpExchange, String> method;
    private final Answer usual;
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    /**
     * Starts a server on this machine.
     *
     * @param usual what it answers to
     * @throws IOException if there is no port
     */
    public FaultyServer(Answer usual) throws IOException {
        this(HttpExchange::getRequestMethod, usual);
    }

    /**
     * Starts a server whose requests may say in a header of theirs what method they mean.
     *
     * @param method how the fake reads it
     * @param usual what it answers to
     * @throws IOException if there is no port
     */
    public FaultyServer(Function<HttpExchange, String> method, Answer usual) throws IOException {
        this.method = method;
        this.usual = usual;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String request = method.apply(exchange) + " " + exchange.getRequestURI();
        seen.add(request);
        try (exchange) {
            for (Fault fault : faults) {
                if (fault.which().test(request) && fault.left().getAndDecrement() > 0) {
                    fault.answer().to(exchange);
                    return;
                }
            }
            usual.to(exchange);
        }
    }

    /**
     * Where it is.
     *
     * @return without a path
     */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /**
     * The requests that came.
     *
     * @return since the beginning, or {@link #behave()}
     */
    public List<String> seen() {
        return List.copyOf(seen);
    }

    /**
     * Answers otherwise than usual.
     *
     * @param times how many requests
     * @param which such
     * @param answer what is done instead
     */
    public void fail(int times, Predicate<String> which, Answer answer) {
        faults.add(new Fault(new AtomicInteger(times), which, answer));
    }

    /**
     * Does what the next such request asks for, and breaks off instead of answering.
     *
     * @param which such
     */
    public void lose(Predicate<String> which) {
        fail(1, which, exchange -> {
            LOSING.set(true);
            try {
                usual.to(exchange);
            } finally {
                LOSING.set(false);
            }
        });
    }

    /** Faults that are not used up are over, and the requests that came are forgotten. */
    public void behave() {
        faults.clear();
        seen.clear();
    }

    /**
     * Answers with a text, unless the answer is to be lost.
     *
     * @param exchange the request
     * @param status of the answer
     * @param type the text's media type
     * @param text the text; null or empty for none
     * @throws IOException if the answer is lost
     */
    public static void send(HttpExchange exchange, int status, String type, @Nullable String text) throws IOException {
        if (LOSING.get()) {
            throw new IOException("lost on its way");
        }
        byte[] bytes = text == null ? new byte[0] : text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /**
     * Answers with a content, or the part of it that is asked for.
     *
     * @param exchange the request
     * @param range such as {@code bytes=3-}; null for all
     * @param content the content
     * @param behind what is answered if the part begins behind the end
     * @throws IOException if the connection breaks
     */
    public static void sendContent(HttpExchange exchange, @Nullable String range, byte[] content, Answer behind)
            throws IOException {
        int from = 0;
        int to = content.length;
        if (range != null) {
            String[] ends = range.substring("bytes=".length()).split("-", 2);
            from = (int) Math.min(Integer.MAX_VALUE, Long.parseLong(ends[0]));
            to = ends[1].isEmpty() ? to : (int) Math.min(to, Long.parseLong(ends[1]) + 1);
            if (from >= content.length) {
                behind.to(exchange);
                return;
            }
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, to == from ? -1 : to - from);
        exchange.getResponseBody().write(content, from, to - from);
    }

    /**
     * What a request's query says.
     *
     * @param exchange the request
     * @return by name, decoded
     */
    public static Map<String, String> query(HttpExchange exchange) {
        String raw = exchange.getRequestURI().getRawQuery();
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            String[] both = pair.split("=", 2);
            query.put(decoded(both[0]), both.length == 1 ? "" : decoded(both[1]));
        }
        return query;
    }

    /**
     * A piece of a path or query as it was before it was encoded; a {@code +} is itself.
     *
     * @param text the piece
     * @return decoded
     */
    public static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
