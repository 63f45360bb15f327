package org.copilotframework.core.blob;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Durability;
import org.jspecify.annotations.Nullable;

/** A store of files none of which is longer than allowed. */
public final class BoundedBlobs implements Blobs {
    private final Blobs blobs;
    private final long most;

    /**
     * Bounds a store.
     *
     * @param blobs the store, which is closed with this one
     * @param most how many bytes a file may have
     */
    public BoundedBlobs(Blobs blobs, long most) {
        this.blobs = blobs;
        this.most = most;
    }

    @Override
    public BlobInfo write(TenantId tenant, String name, BlobOptions options, BlobWriter writer) throws IOException {
        return blobs.write(tenant, name, options, out -> {
            Bounded bounded = new Bounded(out, most);
            writer.writeTo(bounded);
            bounded.demandAll();
        });
    }

    private static final class Bounded extends FilterOutputStream {
        private final long most;
        private long left;

        Bounded(OutputStream out, long most) {
            super(out);
            this.most = most;
            this.left = most;
        }

        @Override
        public void write(int one) throws IOException {
            take(1);
            out.write(one);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            take(length);
            out.write(bytes, from, length);
        }

        private void take(int length) {
            if (left >= 0) {
                left -= length;
            }
            demandAll();
        }

        /** Again after the writer, who may have hidden the refusal: no file that has lost its end. */
        void demandAll() {
            if (left < 0) {
                throw new InvalidRequestException(
                        "a file may have " + most + " bytes, as copilot.blobs.max-bytes says, and this one has more");
            }
        }
    }

    @Override
    public Optional<Blob> open(TenantId tenant, String name, BlobRange range) throws IOException {
        return blobs.open(tenant, name, range);
    }

    @Override
    public Optional<BlobInfo> stat(TenantId tenant, String name) throws IOException {
        return blobs.stat(tenant, name);
    }

    @Override
    public List<BlobEntry> list(TenantId tenant, String prefix, String after, int limit) throws IOException {
        return blobs.list(tenant, prefix, after, limit);
    }

    @Override
    public boolean delete(TenantId tenant, String name, @Nullable String ifVersion) throws IOException {
        return blobs.delete(tenant, name, ifVersion);
    }

    @Override
    public long erase(TenantId tenant) throws IOException {
        return blobs.erase(tenant);
    }

    @Override
    public Optional<URI> presign(TenantId tenant, String name, Duration validity) {
        return blobs.presign(tenant, name, validity);
    }

    @Override
    public void check() {
        blobs.check();
    }

    @Override
    public Durability durability() {
        return blobs.durability();
    }

    @Override
    public void close() {
        blobs.close();
    }
}
