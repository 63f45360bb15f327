package org.copilotframework.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/** A way to a server that breaks once: after an event whose text it knows. */
final class CuttingRelay implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicBoolean whole = new AtomicBoolean(true);
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final int port;
    private final String after;

    CuttingRelay(int port, String after) throws IOException {
        this.port = port;
        this.after = after;
        threads.execute(this::accept);
    }

    String origin() {
        return "http://127.0.0.1:" + door.getLocalPort();
    }

    /** Whether it has broken. */
    boolean hasCut() {
        return !whole.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                open.addAll(List.of(client, server));
                threads.execute(() -> copy(client, server, false));
                threads.execute(() -> copy(server, client, true));
            }
        } catch (IOException closed) {
            // Nobody comes any more.
        }
    }

    private void copy(Socket from, Socket to, boolean answers) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            StringBuilder seen = new StringBuilder();
            byte[] piece = new byte[1 << 13];
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                int before = seen.length();
                seen.append(new String(piece, 0, read, StandardCharsets.ISO_8859_1));
                int event = answers ? seen.indexOf(after) : -1;
                int end = event < 0 ? -1 : seen.indexOf("\n\n", event);
                if (end >= 0 && whole.getAndSet(false)) {
                    out.write(piece, 0, Math.max(0, end + 2 - before));
                    return;
                }
                out.write(piece, 0, read);
            }
        } catch (IOException ended) {
            // So does the other way.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
