package org.copilotframework.core.archive;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The content of a ZIP's entries. Counts what it unpacks against the limits and believes no header. For one thread; keeps one
 * inflater for all entries.
 */
final class ZipContent implements Closeable {
    /** Takes what an entry unpacks to, piece by piece. */
    interface Sink {
        void take(byte[] chunk, int length) throws IOException;
    }

    private static final int HEADER_SIGNATURE = 0x04034b50;
    private static final int HEADER_SIZE = 30;
    private static final int CHUNK = 1 << 15;

    private final Bytes bytes;
    private final ZipIndex index;
    private final ArchiveLimits limits;
    private final Inflater inflater = new Inflater(true);
    private final byte[] packed;
    private final byte[] unpacked;
    private long total;

    ZipContent(Bytes bytes, ZipIndex index, ArchiveLimits limits) {
        this.bytes = bytes;
        this.index = index;
        this.limits = limits;
        int chunk = (int) Math.min(CHUNK, bytes.size());
        this.packed = new byte[chunk];
        this.unpacked = new byte[Math.max(4096, chunk)];
    }

    /** Unpacks an entry whole and checks its size and checksum. */
    void unpack(ZipItem item, Sink sink) throws IOException {
        CRC32 crc = new CRC32();
        long size = pump(item, Long.MAX_VALUE, (chunk, length) -> {
            crc.update(chunk, 0, length);
            sink.take(chunk, length);
        });
        if (size != item.size() || crc.getValue() != item.crc()) {
            throw BadZipException.damaged("the content of '" + Names.shown(item.name()) + "'");
        }
    }

    /** Unpacks a small entry. */
    byte[] read(ZipItem item, int max) throws IOException {
        if (item.size() > max) {
            throw BadZipException.tooLarge("'" + item.name() + "' has " + item.size() + " bytes", max + " bytes");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) item.size());
        unpack(item, (chunk, length) -> out.write(chunk, 0, length));
        return out.toByteArray();
    }

    /** The first bytes of an entry, or fewer if it has fewer. */
    byte[] head(ZipItem item, int size) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(size);
        pump(item, size, (chunk, length) -> out.write(chunk, 0, Math.min(length, size - out.size())));
        return out.toByteArray();
    }

    /** Unpacks until the end, or until that many bytes are there. */
    private long pump(ZipItem item, long wanted, Sink sink) throws IOException {
        long at = start(item);
        long left = item.packed();
        long size = 0;
        boolean stored = item.method() == ZipItem.STORED;
        inflater.reset();
        try {
            while (size < wanted && (stored ? left > 0 : !inflater.finished())) {
                int length;
                if (stored || inflater.needsInput()) {
                    int read = (int) Math.min(left, packed.length);
                    if (read == 0) {
                        throw BadZipException.damaged("'" + Names.shown(item.name()) + "' ends too early");
                    }
                    bytes.read(at, packed, 0, read);
                    at += read;
                    left -= read;
                    if (stored) {
                        size += count(item, read, size);
                        sink.take(packed, read);
                        continue;
                    }
                    inflater.setInput(packed, 0, read);
                }
                length = inflater.inflate(unpacked, 0, (int) Math.min(unpacked.length, wanted - size));
                if (length == 0 && inflater.needsDictionary()) {
                    throw BadZipException.damaged("'" + Names.shown(item.name()) + "' asks for a dictionary");
                }
                size += count(item, length, size);
                sink.take(unpacked, length);
            }
        } catch (DataFormatException e) {
            throw BadZipException.damaged("'" + Names.shown(item.name()) + "' cannot be unpacked");
        }
        return size;
    }

    private long count(ZipItem item, int length, long before) throws BadZipException {
        total += length;
        if (before + length > item.size()) {
            throw BadZipException.damaged("'" + Names.shown(item.name()) + "' is larger than it says");
        }
        if (total > limits.unpackedBytes()) {
            throw BadZipException.tooLarge("it unpacks to more than it may", limits.unpackedBytes() + " bytes");
        }
        if (total > ArchiveLimits.RATIO_FROM && total / limits.ratio() > bytes.size()) {
            throw BadZipException.tooLarge(
                    "it unpacks to more than " + limits.ratio() + " times its size", "a ratio of " + limits.ratio());
        }
        return length;
    }

    /** Where the entry's content starts; its own header must tell the same as the directory. */
    private long start(ZipItem item) throws IOException {
        byte[] name = item.name().getBytes(StandardCharsets.UTF_8);
        byte[] header = new byte[HEADER_SIZE + name.length];
        bytes.read(item.header(), header, 0, header.length);
        boolean same = u16(header, 0) + (u16(header, 2) << 16) == HEADER_SIGNATURE
                && u16(header, 8) == item.method()
                && u16(header, 26) == name.length;
        for (int i = 0; same && i < name.length; i++) {
            same = header[HEADER_SIZE + i] == name[i];
        }
        long start = item.header() + header.length + u16(header, 28);
        if (!same || start + item.packed() > index.directory()) {
            throw BadZipException.damaged("the header of '" + Names.shown(item.name()) + "'");
        }
        return start;
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
