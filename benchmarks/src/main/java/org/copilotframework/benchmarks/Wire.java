package org.copilotframework.benchmarks;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between a client and PostgreSQL and counts what goes over the wire, by the protocol's own messages, alike for
 * everybody: statements that are executed, rows that come back, bytes in both directions. Only for connections without TLS.
 */
final class Wire implements AutoCloseable {
    final AtomicLong statements = new AtomicLong();
    final AtomicLong rowsRead = new AtomicLong();
    final AtomicLong bytes = new AtomicLong();

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int server;

    Wire(int server) throws IOException {
        this.server = server;
        thread(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    void reset() {
        statements.set(0);
        rowsRead.set(0);
        bytes.set(0);
    }

    /** How it goes on, on a thread of its own. */
    private interface Flow {
        void run() throws IOException;
    }

    private static void thread(Flow flow) {
        Thread thread = new Thread(
                () -> {
                    try {
                        flow.run();
                    } catch (EOFException | SocketException ended) {
                        // One of the two ends has closed.
                    } catch (IOException failed) {
                        throw new IllegalStateException(failed);
                    }
                },
                "wire");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = door.accept();
            Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
            client.setTcpNoDelay(true);
            behind.setTcpNoDelay(true);
            thread(() -> forth(client, behind));
            thread(() -> back(behind, client));
        }
    }

    private void forth(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(from.getInputStream()));
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to.getOutputStream()));
            // Alone the first message has no type.
            pass(in, out);
            out.flush();
            while (true) {
                int type = in.readUnsignedByte();
                if (type == 'E' || type == 'Q') {
                    statements.incrementAndGet();
                }
                out.writeByte(type);
                pass(in, out);
                if (in.available() == 0) {
                    out.flush();
                }
            }
        }
    }

    private void back(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(from.getInputStream()));
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to.getOutputStream()));
            while (true) {
                int type = in.readUnsignedByte();
                out.writeByte(type);
                pass(in, out);
                if (type == 'D') {
                    rowsRead.incrementAndGet();
                }
                if (in.available() == 0) {
                    out.flush();
                }
            }
        }
    }

    private void pass(DataInputStream in, DataOutputStream out) throws IOException {
        int length = in.readInt();
        byte[] body = new byte[length - 4];
        in.readFully(body);
        out.writeInt(length);
        out.write(body);
        bytes.addAndGet(length + 1L);
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
