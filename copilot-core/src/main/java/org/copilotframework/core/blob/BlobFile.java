package org.copilotframework.core.blob;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind the content in a file: what is known of it, how long that is, and a mark by which our files are told from
 * others. One file, so that content and knowledge are replaced in one step; behind the content, since its digest is known last.
 *
 * @param size how many bytes the content has
 * @param modified when it was written, in milliseconds
 * @param version which content this is
 * @param sha256 the content's digest
 * @param contentType its media type
 * @param metadata what the writer added
 */
record BlobFile(
        long size, Instant modified, String version, String sha256, String contentType, Map<String, String> metadata) {
    private static final byte[] MARK = "\r\ncpblob1\n".getBytes(StandardCharsets.US_ASCII);
    /** The length of the knowledge, its check sum, the mark. */
    private static final int END = Integer.BYTES + Long.BYTES + MARK.length;

    private static final int MAX = 16_384;

    /** The same as callers see it, under the file's name. */
    BlobInfo info(String name) {
        return new BlobInfo(name, size, modified, version, sha256, contentType, metadata);
    }

    /** The bytes that follow the content. */
    byte[] trailer() throws IOException {
        ByteArrayOutputStream known = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(known);
        out.writeLong(size);
        out.writeLong(modified.toEpochMilli());
        out.writeUTF(version);
        out.writeUTF(sha256);
        out.writeUTF(contentType);
        out.writeShort(metadata.size());
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeUTF(entry.getValue());
        }
        int length = known.size();
        long sum = sum(known.toByteArray());
        out.writeInt(length);
        out.writeLong(sum);
        out.write(MARK);
        return known.toByteArray();
    }

    /**
     * Reads what stands at the end of a file.
     *
     * @return the knowledge, or null if the file is none of ours
     * @throws IOException if it is one of ours, and damaged
     */
    static @Nullable BlobFile read(FileChannel file) throws IOException {
        long whole = file.size();
        if (whole < END) {
            return null;
        }
        ByteBuffer end = bytes(file, whole - END, END);
        int length = end.getInt();
        long sum = end.getLong();
        byte[] mark = new byte[MARK.length];
        end.get(mark);
        if (!Arrays.equals(mark, MARK)) {
            return null;
        }
        if (length < 0 || length > MAX || length > whole - END) {
            throw damaged();
        }
        byte[] known = bytes(file, whole - END - length, length).array();
        BlobFile read = sum(known) == sum ? parsed(known) : null;
        if (read == null || read.size != whole - END - length) {
            throw damaged();
        }
        return read;
    }

    /** A file of ours whose end cannot be read. */
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1;

        DamagedException() {
            super("the file is damaged: what is known of its content cannot be read; restore it from a backup");
        }
    }

    private static DamagedException damaged() {
        return new DamagedException();
    }

    private static BlobFile parsed(byte[] known) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(known));
        long size = in.readLong();
        Instant modified = Instant.ofEpochMilli(in.readLong());
        String version = in.readUTF();
        String sha256 = in.readUTF();
        String contentType = in.readUTF();
        Map<String, String> metadata = new HashMap<>();
        for (int left = in.readShort(); left > 0; left--) {
            metadata.put(in.readUTF(), in.readUTF());
        }
        return new BlobFile(size, modified, version, sha256, contentType, Map.copyOf(metadata));
    }

    private static ByteBuffer bytes(FileChannel file, long from, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, from + bytes.position()) < 0) {
                throw damaged();
            }
        }
        return bytes.flip();
    }

    private static long sum(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return sum.getValue();
    }
}
