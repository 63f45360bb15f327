package org.copilotframework.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many clients in a process of their own, read by one thread: each has an agent's run streamed to it. Once all have been asked, all
 * stay for some comments, then all runs are answered, or all clients leave.
 */
final class StreamClients {
    /** So many wait for the beginning of their answer at once: more would only be refused. */
    private static final int BEGINNING = 50;

    private static final int COMMENTS = 2;
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(5);

    private final InetSocketAddress server;
    private final String agent;
    private final Selector selector = Selector.open();
    private final List<Reader> readers = new ArrayList<>();
    private final ExecutorService answering = Executors.newFixedThreadPool(16);
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger answered = new AtomicInteger();
    private final long began = System.nanoTime();

    private StreamClients(int port, String agent) throws IOException {
        this.server = new InetSocketAddress("127.0.0.1", port);
        this.agent = agent;
    }

    /** What one client has seen. */
    private static final class Reader {
        final ByteArrayOutputStream line = new ByteArrayOutputStream();
        String run = "";
        boolean taken;
        boolean asked;
        boolean replied;
        boolean over;
        int texts;
        int comments;

        void see(String said) {
            if (said.startsWith("HTTP/1.1 ")) {
                taken = said.startsWith("HTTP/1.1 200");
                over |= !taken;
            } else if (said.startsWith("data: {\"run\":\"")) {
                run = said.substring(14, said.indexOf('"', 14));
            } else if (said.startsWith(":")) {
                comments++;
            }
            texts += said.equals("event: text") ? 1 : 0;
            asked |= said.equals("event: question");
            replied |= said.equals("event: reply");
        }
    }

    /** Tells on a line what was seen. Arguments: the port, the agent, how many, and whether their runs are answered. */
    public static void main(String[] args) throws IOException, InterruptedException {
        StreamClients clients = new StreamClients(Integer.parseInt(args[0]), args[1]);
        clients.begin(Integer.parseInt(args[2]));
        clients.readUntil("asked", one -> one.asked);
        clients.readUntil("in silence", one -> one.comments >= COMMENTS);
        if (Boolean.parseBoolean(args[3])) {
            clients.answer();
            clients.readUntil("answered", one -> one.replied);
        }
        System.out.println(clients.told());
        System.exit(0);
    }

    private void begin(int count) throws IOException {
        byte[] request = ("POST /v1/agents/" + agent + ":stream HTTP/1.0\r\nHost: localhost\r\n"
                        + "Content-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"text\": \"a\"}")
                .getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(server);
            channel.write(ByteBuffer.wrap(request));
            channel.configureBlocking(false);
            Reader reader = new Reader();
            channel.register(selector, SelectionKey.OP_READ, reader);
            readers.add(reader);
            while (readers.stream()
                            .skip(Math.max(0, i - 2 * BEGINNING))
                            .filter(one -> !one.asked && !one.over)
                            .count()
                    >= BEGINNING) {
                read();
            }
        }
    }

    private interface State {
        boolean of(Reader reader);
    }

    private void readUntil(String what, State state) throws IOException {
        while (!readers.stream().allMatch(one -> one.over || state.of(one))) {
            read();
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        System.err.println(what + ": " + readers.stream().filter(state::of).count() + " after " + seconds + " s");
    }

    private void read() throws IOException {
        if (System.nanoTime() - began > PATIENCE) {
            System.out.println("no end: " + told());
            System.exit(1);
        }
        selector.select(
                key -> {
                    Reader reader = (Reader) key.attachment();
                    ByteBuffer piece = ByteBuffer.allocate(1 << 13);
                    int read = read((SocketChannel) key.channel(), piece);
                    if (read < 0) {
                        reader.over = true;
                        key.cancel();
                    }
                    for (int i = 0; i < read; i++) {
                        byte one = piece.get(i);
                        if (one != '\n') {
                            reader.line.write(one);
                        } else {
                            reader.see(
                                    reader.line.toString(StandardCharsets.UTF_8).strip());
                            reader.line.reset();
                        }
                    }
                },
                100);
    }

    private static int read(SocketChannel channel, ByteBuffer into) {
        try {
            return channel.read(into);
        } catch (IOException broken) {
            return -1;
        }
    }

    private void answer() {
        for (Reader reader : readers) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + server.getPort() + "/v1/runs/" + reader.run + ":input"))
                    .version(HttpClient.Version.HTTP_1_1)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"text\": \"yes\"}"))
                    .build();
            answering.execute(() -> answer(request));
        }
    }

    private void answer(HttpRequest request) {
        try {
            if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                answered.incrementAndGet();
            }
        } catch (IOException failed) {
            System.err.println("an answer was not taken: " + failed);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private String told() {
        return "taken " + count(one -> one.taken) + ", asked " + count(one -> one.asked) + ", silent "
                + count(one -> one.comments >= COMMENTS) + ", replied " + count(one -> one.replied) + ", texts "
                + readers.stream()
                        .mapToInt(one -> one.texts)
                        .summaryStatistics()
                        .getSum() + ", fewest of one "
                + readers.stream().mapToInt(one -> one.texts).min().orElse(0);
    }

    private long count(State state) {
        return readers.stream().filter(state::of).count();
    }
}
