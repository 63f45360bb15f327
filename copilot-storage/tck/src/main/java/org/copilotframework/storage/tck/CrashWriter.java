package org.copilotframework.storage.tck;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.Storage;

/**
 * The process that {@link CrashKit} ends in mid-write: it commits entries of a ledger without an end, and says on its standard
 * output which ones were acknowledged. Ends also when its standard input does, so that it never outlives the test.
 */
final class CrashWriter {
    /** How many threads write. */
    static final int WRITERS = 4;

    private CrashWriter() {}

    static void tell(OutputStream to, StoreUnderTest store, Ledger ledger) throws IOException {
        DataOutputStream out = new DataOutputStream(to);
        ChildJvm.tell(out, store);
        out.writeUTF(ledger.tenant().value());
        out.writeUTF(ledger.agent());
        out.flush();
    }

    public static void main(String[] arguments) throws Exception {
        DataInputStream in = new DataInputStream(System.in);
        Storage storage = ChildJvm.open(in);
        Ledger ledger = new Ledger(new TenantId(in.readUTF()), in.readUTF());
        for (int writer = 0; writer < WRITERS; writer++) {
            String name = "w" + writer;
            Thread thread = new Thread(() -> write(storage, ledger, name), name);
            thread.setDaemon(true);
            thread.start();
        }
        waitForEnd(in);
    }

    private static void waitForEnd(InputStream in) throws IOException {
        while (in.read() >= 0) {
            // Nothing more is said.
        }
        Runtime.getRuntime().halt(1);
    }

    private static void write(Storage storage, Ledger ledger, String writer) {
        for (int number = 1; ; number++) {
            storage.commit(ledger.entry(writer, number));
            synchronized (System.out) {
                System.out.println(writer + " " + number);
                System.out.flush();
            }
        }
    }
}
