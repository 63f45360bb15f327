package org.copilotframework.storage.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A client's connection and the one to the server that belongs to it. */
final class FaultyConnection {
    private final Socket client;
    private final Socket upstream = new Socket();
    private final Supplier<InetSocketAddress> server;
    private final FaultGate gate;
    private final Consumer<FaultyConnection> gone;
    private volatile boolean answered = true;
    private volatile boolean losing;

    /**
     * Begins.
     *
     * @param server where to
     * @param gate what may pass
     * @param gone hears of the end
     */
    FaultyConnection(
            Socket client, Supplier<InetSocketAddress> server, FaultGate gate, Consumer<FaultyConnection> gone) {
        this.client = client;
        this.server = server;
        this.gate = gate;
        this.gone = gone;
    }

    void run() throws IOException {
        boolean allSaid = false;
        try {
            gate.pass();
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            upstream.connect(server.get());
            FaultProxy.start("answer", this::answers);
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
            gate.pass();
            FaultGate.Mode fate = answered ? gate.fate() : FaultGate.Mode.FORWARD;
            answered = false;
            if (fate == FaultGate.Mode.RESET_BEFORE) {
                // The server has the beginning, if it is fast, and must make nothing of it.
                out.write(buffer, 0, read / 2);
                return false;
            } else if (fate == FaultGate.Mode.STALL_BEFORE) {
                gate.pass();
            }
            losing |= fate == FaultGate.Mode.LOSE_RESPONSE;
            out.write(buffer, 0, read);
        }
        gate.pass();
        return true;
    }

    /** A client that breaks the connection has said what it had to say, as one that ends it. */
    private int said(InputStream in, byte[] buffer) {
        try {
            return in.read(buffer);
        } catch (IOException closed) {
            return -1;
        }
    }

    private void answers() throws IOException {
        try {
            InputStream in = upstream.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0 && !losing; read = in.read(buffer)) {
                gate.pass();
                answered = true;
                out.write(buffer, 0, read);
            }
        } finally {
            reset();
        }
    }

    /** Both sides see a reset, not an orderly end. */
    void reset() {
        gone.accept(this);
        for (Socket socket : new Socket[] {client, upstream}) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException closed) {
                // It is closed already, which is what was wanted.
            }
        }
    }
}
