package org.copilotframework.server.http;

import java.io.EOFException;
import java.io.IOException;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.Blobs;

/**
 * A part of a file, read piece by piece. The file is open only while a piece is read: a client that takes it slowly holds no connection
 * to the store. Whoever may not read it any more gets no further piece. If somebody writes the file meanwhile, reading fails; nobody gets a mixture of two versions.
 */
final class BlobPieces implements Answer.Pieces {
    private static final int PIECE = 512 << 10;

    private final Blobs blobs;
    private final TenantId tenant;
    private final BlobInfo file;
    private final ByteRange range;
    private final Presence presence;
    private final Gate.Place place;
    private long read;
    private boolean over;

    BlobPieces(Blobs blobs, TenantId tenant, BlobInfo file, ByteRange range, Presence presence, Gate.Place place) {
        this.blobs = blobs;
        this.tenant = tenant;
        this.file = file;
        this.range = range;
        this.presence = presence;
        this.place = place;
    }

    @Override
    public long length() {
        return range.length();
    }

    @Override
    public byte[] next() throws IOException {
        int wanted = (int) Math.min(PIECE, range.length() - read);
        if (wanted == 0) {
            return new byte[0];
        }
        presence.demand();
        try (Blob blob = blobs.open(tenant, file.name(), new BlobRange(range.from() + read, wanted))
                .orElseThrow(() -> new IOException("the file was deleted while it was read"))) {
            if (!blob.info().version().equals(file.version())) {
                throw new IOException("the file was written while it was read");
            }
            byte[] piece = blob.content().readNBytes(wanted);
            if (piece.length < wanted) {
                throw new EOFException("the file is shorter than it was said to be");
            }
            read += wanted;
            return piece;
        }
    }

    @Override
    public synchronized void close() {
        if (!over) {
            over = true;
            place.close();
        }
    }
}
