package org.copilotframework.storage.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A TCP proxy in front of a store's server that makes the faults of a network. It knows nothing of the protocol: bytes that
 * the client sends after the server has said something, or at the beginning, are taken for a new request.
 *
 * <p>Safe for use by several threads.
 */
public final class FaultProxy implements AutoCloseable {
    private enum Mode {
        FORWARD,
        STALL,
        REFUSE,
        RESET_BEFORE,
        LOSE_RESPONSE,
        STALL_BEFORE,
        STALL_AFTER;

        /** Whether it is for one request, and forwards those before it. */
        boolean waitsForARequest() {
            return ordinal() >= RESET_BEFORE.ordinal();
        }

        /** What the others see once that request has come. */
        Mode then() {
            return this == STALL_BEFORE || this == STALL_AFTER ? STALL : FORWARD;
        }
    }

    private final Supplier<InetSocketAddress> server;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final InetSocketAddress address;
    private ServerSocket listener;
    private Mode mode = Mode.FORWARD;
    private int requestsLeft;
    private boolean tripped;
    private boolean closed;

    /**
     * Begins to forward.
     *
     * @param server where to; asked for each new connection
     */
    public FaultProxy(Supplier<InetSocketAddress> server) {
        this.server = server;
        this.listener = listen(0);
        this.address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    /**
     * Where the proxy listens.
     *
     * @return an address of this machine, always the same
     */
    public InetSocketAddress address() {
        return address;
    }

    /** Forwards everything again, also what was held back. */
    public void forward() {
        change(Mode.FORWARD, 0);
    }

    /** Falls silent: connections stay, and nothing passes in either direction until another mode is set. */
    public void stall() {
        change(Mode.STALL, 0);
    }

    /** Resets all connections and refuses new ones. */
    public void refuse() {
        change(Mode.REFUSE, 0);
        reset();
    }

    /** Resets the connections there are. New ones are made as the mode says. */
    public void reset() {
        connections.forEach(Connection::reset);
    }

    /**
     * Resets the connection on which the request of the given number comes, before the server gets more than half of it. Later
     * ones are forwarded.
     *
     * @param request 1 for the next request on any connection
     */
    public void resetBefore(int request) {
        change(Mode.RESET_BEFORE, request);
    }

    /**
     * Lets the server have the request of the given number, and resets the connection instead of forwarding the response. Later
     * ones are forwarded.
     *
     * @param request 1 for the next request on any connection
     */
    public void loseResponse(int request) {
        change(Mode.LOSE_RESPONSE, request);
    }

    /**
     * Falls silent as {@link #stall()} does when the request of the given number has come, and before the server gets any of it.
     * It gets it late, when another mode is set: also if the client has gone meanwhile.
     *
     * @param request 1 for the next request on any connection
     */
    public void stallBefore(int request) {
        change(Mode.STALL_BEFORE, request);
    }

    /**
     * Lets the server have the request of the given number, and falls silent as {@link #stall()} does before the client gets the
     * response. It gets it late, when another mode is set.
     *
     * @param request 1 for the next request on any connection
     */
    public void stallAfter(int request) {
        change(Mode.STALL_AFTER, request);
    }

    /**
     * Whether the request has come that {@link #resetBefore}, {@link #loseResponse}, {@link #stallBefore} or {@link #stallAfter}
     * waits for.
     *
     * @return true from the moment of the fault until another mode is set
     */
    public synchronized boolean tripped() {
        return tripped;
    }

    /** Resets all connections and stops listening. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        refuse();
    }

    private synchronized void change(Mode to, int request) {
        mode = to;
        requestsLeft = request;
        tripped = false;
        try {
            if (to == Mode.REFUSE) {
                listener.close();
            } else if (listener.isClosed()) {
                listener = listen(address.getPort());
            }
        } catch (IOException stuck) {
            throw new UncheckedIOException(stuck);
        }
        notifyAll();
    }

    private ServerSocket listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            start("accept", () -> accept(socket));
            return socket;
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    private void accept(ServerSocket socket) throws IOException {
        while (!socket.isClosed()) {
            Socket client = socket.accept();
            Connection connection = new Connection(client);
            connections.add(connection);
            if (refuses()) {
                connection.reset(); // It came in while the listener was being closed.
            } else {
                start("connect", connection::run);
            }
        }
    }

    private synchronized boolean refuses() {
        return mode == Mode.REFUSE;
    }

    /** What a thread of the proxy does. Its end by a closed socket is a part of the proxy's work. */
    private interface Work {
        void run() throws IOException;
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        // The socket was closed by either side or by the proxy: there is nothing left to do.
                    }
                },
                "fault-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits while nothing may pass. */
    private synchronized void pass() throws IOException {
        while (mode == Mode.STALL && !closed) {
            try {
                wait();
            } catch (InterruptedException interrupted) {
                throw new IOException("the proxy was interrupted", interrupted);
            }
        }
    }

    /** What happens to a new request. */
    private synchronized Mode fate() {
        if (mode.waitsForARequest() && --requestsLeft == 0) {
            Mode fate = mode;
            mode = fate.then();
            tripped = true;
            return fate;
        }
        return Mode.FORWARD;
    }

    /** A client's connection and the one to the server that belongs to it. */
    private final class Connection {
        private final Socket client;
        private final Socket upstream = new Socket();
        private volatile boolean answered = true;
        private volatile boolean losing;

        Connection(Socket client) {
            this.client = client;
        }

        void run() throws IOException {
            boolean allSaid = false;
            try {
                pass();
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                upstream.connect(server.get());
                start("answer", this::answers);
                allSaid = requests();
                if (allSaid) {
                    // The server hears all that was said before it hears that nobody listens any more.
                    upstream.shutdownOutput();
                }
            } catch (IOException broken) {
                allSaid = false;
                throw broken;
            } finally {
                if (!allSaid) {
                    reset();
                }
            }
        }

        /** Whether the client has said all it had to say; else the connection is to be reset. */
        private boolean requests() throws IOException {
            InputStream in = client.getInputStream();
            OutputStream out = upstream.getOutputStream();
            byte[] buffer = new byte[1 << 16];
            for (int read = said(in, buffer); read >= 0; read = said(in, buffer)) {
                pass();
                Mode fate = answered ? fate() : Mode.FORWARD;
                answered = false;
                if (fate == Mode.RESET_BEFORE) {
                    // The server has the beginning, if it is fast, and must make nothing of it.
                    out.write(buffer, 0, read / 2);
                    return false;
                } else if (fate == Mode.STALL_BEFORE) {
                    pass();
                }
                losing |= fate == Mode.LOSE_RESPONSE;
                out.write(buffer, 0, read);
            }
            pass();
            return true;
        }

        /** A client that breaks the connection has said what it had to say, as one that ends it. */
        private int said(InputStream in, byte[] buffer) {
            try {
                return in.read(buffer);
            } catch (IOException gone) {
                return -1;
            }
        }

        private void answers() throws IOException {
            try {
                InputStream in = upstream.getInputStream();
                OutputStream out = client.getOutputStream();
                byte[] buffer = new byte[1 << 16];
                for (int read = in.read(buffer); read >= 0 && !losing; read = in.read(buffer)) {
                    pass();
                    answered = true;
                    out.write(buffer, 0, read);
                }
            } finally {
                reset();
            }
        }

        /** Both sides see a reset, not an orderly end. */
        void reset() {
            connections.remove(this);
            for (Socket socket : new Socket[] {client, upstream}) {
                try {
                    socket.setSoLinger(true, 0);
                    socket.close();
                } catch (IOException gone) {
                    // It is closed already, which is what was wanted.
                }
            }
        }
    }
}
