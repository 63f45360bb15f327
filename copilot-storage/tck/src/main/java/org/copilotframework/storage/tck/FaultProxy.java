package org.copilotframework.storage.tck;

import java.io.IOException;
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
    private final Supplier<InetSocketAddress> server;
    private final FaultGate gate = new FaultGate();
    private final Set<FaultyConnection> connections = ConcurrentHashMap.newKeySet();
    private final InetSocketAddress address;
    private ServerSocket listener;

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
        change(FaultGate.Mode.FORWARD, 0);
    }

    /** Falls silent: connections stay, and nothing passes in either direction until another mode is set. */
    public void stall() {
        change(FaultGate.Mode.STALL, 0);
    }

    /** Resets all connections and refuses new ones. */
    public void refuse() {
        change(FaultGate.Mode.REFUSE, 0);
        reset();
    }

    /** Resets the connections there are. New ones are made as the mode says. */
    public void reset() {
        connections.forEach(FaultyConnection::reset);
    }

    /**
     * Resets the connection on which the request of the given number comes, before the server gets more than half of it. Later
     * ones are forwarded.
     *
     * @param request 1 for the next request on any connection
     */
    public void resetBefore(int request) {
        change(FaultGate.Mode.RESET_BEFORE, request);
    }

    /**
     * Lets the server have the request of the given number, and resets the connection instead of forwarding the response. Later
     * ones are forwarded.
     *
     * @param request 1 for the next request on any connection
     */
    public void loseResponse(int request) {
        change(FaultGate.Mode.LOSE_RESPONSE, request);
    }

    /**
     * Falls silent as {@link #stall()} does when the request of the given number has come, and before the server gets any of it.
     * It gets it late, when another mode is set: also if the client has gone meanwhile.
     *
     * @param request 1 for the next request on any connection
     */
    public void stallBefore(int request) {
        change(FaultGate.Mode.STALL_BEFORE, request);
    }

    /**
     * Lets the server have the request of the given number, and falls silent as {@link #stall()} does before the client gets the
     * response. It gets it late, when another mode is set.
     *
     * @param request 1 for the next request on any connection
     */
    public void stallAfter(int request) {
        change(FaultGate.Mode.STALL_AFTER, request);
    }

    /**
     * Whether the request has come that {@link #resetBefore}, {@link #loseResponse}, {@link #stallBefore} or {@link #stallAfter}
     * waits for.
     *
     * @return true from the moment of the fault until another mode is set
     */
    public boolean tripped() {
        return gate.tripped();
    }

    /** Resets all connections and stops listening. */
    @Override
    public void close() {
        gate.close();
        refuse();
    }

    private synchronized void change(FaultGate.Mode to, int request) {
        gate.set(to, request);
        try {
            if (to == FaultGate.Mode.REFUSE) {
                listener.close();
            } else if (listener.isClosed()) {
                listener = listen(address.getPort());
            }
        } catch (IOException stuck) {
            throw new UncheckedIOException(stuck);
        }
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
            FaultyConnection connection = new FaultyConnection(client, server, gate, connections::remove);
            connections.add(connection);
            if (gate.refuses()) {
                connection.reset(); // It came in while the listener was being closed.
            } else {
                start("connect", connection::run);
            }
        }
    }

    /** What a thread of the proxy does. Its end by a closed socket is a part of the proxy's work. */
    interface Work {
        void run() throws IOException;
    }

    static void start(String name, Work work) {
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
}
