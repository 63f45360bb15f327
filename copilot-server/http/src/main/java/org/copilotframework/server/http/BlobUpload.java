package org.copilotframework.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;

/** A file on its way into the store, never in memory as a whole. It has to come as fast as any body. */
final class BlobUpload {
    private static final int PIECE = 1 << 16;

    private BlobUpload() {}

    /**
     * Copies it.
     *
     * @throws Refusal if it does not come as it was announced, comes too slowly or is too large
     * @throws CopilotException if whoever sends it may not any more
     */
    static void copy(Exchange exchange, OutputStream out) throws IOException {
        Pace pace = exchange.premises().pace();
        Presence presence = Presence.of(exchange, BlobRoutes.LEAVES);
        long began = System.nanoTime();
        byte[] piece = new byte[PIECE];
        long taken = 0;
        InputStream in = exchange.request().getInputStream();
        for (int read = read(in, piece); read >= 0; read = read(in, piece)) {
            taken += read;
            pace.demand(began, taken);
            presence.demand();
            write(out, piece, read);
        }
    }

    private static int read(InputStream in, byte[] piece) {
        try {
            return in.read(piece);
        } catch (IOException cutShort) {
            throw new Refusal(400, "the file did not come as it was announced, or not in time");
        }
    }

    /** The one thing that is wrong with bytes is that there are too many (copilot.blobs.max-bytes). */
    private static void write(OutputStream out, byte[] piece, int length) throws IOException {
        try {
            out.write(piece, 0, length);
        } catch (InvalidRequestException tooLarge) {
            throw new Refusal(413, String.valueOf(tooLarge.getMessage()));
        }
    }
}
