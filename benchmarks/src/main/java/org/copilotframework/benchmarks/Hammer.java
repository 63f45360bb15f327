package org.copilotframework.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Sends a request over connections that stay open, over each anew as soon as its answer has come. A single thread does all, so that
 * the client takes as little as it can of the cores that it shares with the server.
 */
final class Hammer {
    private static final byte[] END_OF_HEADERS = {'\r', '\n', '\r', '\n'};

    /**
     * What came of it.
     *
     * @param micros how long each answer took
     * @param failed how many answers were not 200
     * @param busy how much of a core the client took
     */
    record Load(double perSecond, Sample micros, int failed, double busy) {}

    private final byte[] request;
    private long[] nanos = new long[1 << 16];
    private int answers;
    private int failed;

    private Hammer(byte[] request) {
        this.request = request;
    }

    static Load run(InetSocketAddress server, byte[] request, int connections, long millis) throws IOException {
        return new Hammer(request).run(server, connections, millis);
    }

    private Load run(InetSocketAddress server, int connections, long millis) throws IOException {
        try (Selector selector = Selector.open()) {
            Connection[] all = new Connection[connections];
            for (int i = 0; i < connections; i++) {
                all[i] = new Connection(server, selector);
            }
            long processor = processor();
            long begin = System.nanoTime();
            for (Connection one : all) {
                one.send();
            }
            long until = begin + millis * 1_000_000;
            while (System.nanoTime() < until || answers == 0) {
                selector.select(Hammer::receive, millis);
            }
            long took = System.nanoTime() - begin;
            double busy = (processor() - processor) / (double) took;
            for (Connection one : all) {
                one.channel.close();
            }
            return new Load(answers / (took / 1e9), Sample.ofLongs(nanos, answers, 1e3), failed, busy);
        }
    }

    private static long processor() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void receive(SelectionKey key) {
        try {
            ((Connection) key.attachment()).receive();
        } catch (IOException lost) {
            throw new IllegalStateException("a connection was lost", lost);
        }
    }

    private void answered(long took, boolean good) {
        if (answers == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * answers);
        }
        nanos[answers++] = took;
        failed += good ? 0 : 1;
    }

    private final class Connection {
        private final SocketChannel channel;
        private final ByteBuffer out = ByteBuffer.allocateDirect(request.length).put(request);
        private final ByteBuffer in = ByteBuffer.allocate(1 << 14);
        private long sent;

        Connection(InetSocketAddress server, Selector selector) throws IOException {
            channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        /** A request is so small that it always goes out at once. */
        void send() throws IOException {
            in.clear();
            out.flip();
            sent = System.nanoTime();
            channel.write(out);
            if (out.hasRemaining()) {
                throw new IOException("a request did not go out at once");
            }
        }

        void receive() throws IOException {
            if (channel.read(in) < 0) {
                throw new EOFException("the server has closed it");
            }
            int body = bodyStart();
            if (body < 0) {
                return;
            }
            String headers = new String(in.array(), 0, body, StandardCharsets.ISO_8859_1);
            if (in.position() - body >= length(headers)) {
                answered(System.nanoTime() - sent, headers.startsWith("HTTP/1.1 200 "));
                send();
            }
        }

        private int bodyStart() {
            byte[] bytes = in.array();
            for (int i = END_OF_HEADERS.length; i <= in.position(); i++) {
                if (Arrays.equals(bytes, i - END_OF_HEADERS.length, i, END_OF_HEADERS, 0, END_OF_HEADERS.length)) {
                    return i;
                }
            }
            return -1;
        }

        private static int length(String headers) throws IOException {
            String name = "\r\ncontent-length: ";
            int at = headers.toLowerCase(Locale.ROOT).indexOf(name);
            if (at < 0) {
                throw new IOException("an answer does not say its length: " + headers);
            }
            int begin = at + name.length();
            return Integer.parseInt(headers.substring(begin, headers.indexOf('\r', begin)));
        }
    }
}
