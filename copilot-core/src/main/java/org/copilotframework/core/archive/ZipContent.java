package org.copilotframework.core.archive;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
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

    /** What a class says of its version stands in its first bytes. */
    private static final int CLASS_HEAD = 8;

    /** So many bytes of content are kept at most, since several rules ask for the same; what is more is unpacked again. */
    static final int MAX_KEPT = 1 << 18;

    private final Bytes bytes;
    private final ZipIndex index;
    private final ArchiveLimits limits;
    private final Inflater inflater = new Inflater(true);
    private final byte[] packed;
    private final byte[] unpacked;
    private final Map<ZipItem, byte[]> kept = new IdentityHashMap<>();
    private long keptBytes;
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

    /** Unpacks an entry whole, and keeps of it what is asked for later: the head of a class, all of a small text. */
    void look(ZipItem item) throws IOException {
        long wanted = item.name().endsWith(".class") ? CLASS_HEAD : Part.isText(item.name()) ? item.size() : 0;
        Start start = new Start(mayKeep(wanted) ? (int) wanted : 0);
        unpack(item, start);
        keep(item, start.bytes());
    }

    private boolean mayKeep(long size) {
        return size > 0 && keptBytes + size <= MAX_KEPT;
    }

    private void keep(ZipItem item, byte[] bytes) {
        if (mayKeep(bytes.length)) {
            keptBytes += bytes.length;
            kept.put(item, bytes);
        }
    }

    /** Unpacks a small entry. The bytes are not to be changed. */
    byte[] read(ZipItem item, int max) throws IOException {
        byte[] known = kept.get(item);
        if (known != null && known.length == item.size()) {
            return known;
        }
        if (item.size() > max) {
            throw BadZipException.tooLarge("'" + item.name() + "' has " + item.size() + " bytes", max + " bytes");
        }
        Start all = new Start((int) item.size());
        unpack(item, all);
        keep(item, all.bytes());
        return all.bytes();
    }

    /** The first eight bytes of a class, or fewer if it has fewer. */
    byte[] head(ZipItem item) throws IOException {
        byte[] known = kept.get(item);
        if (known != null) {
            return known;
        }
        Start head = new Start(CLASS_HEAD);
        pump(item, CLASS_HEAD, head);
        return head.bytes();
    }

    /** Takes the first bytes. */
    private static final class Start implements Sink {
        private final byte[] bytes;
        private int length;

        Start(int size) {
            bytes = new byte[size];
        }

        @Override
        public void take(byte[] chunk, int count) {
            int more = Math.min(count, bytes.length - length);
            System.arraycopy(chunk, 0, bytes, length, more);
            length += more;
        }

        byte[] bytes() {
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        }
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
                && u16(header, 26) == name.length
                && Arrays.equals(header, HEADER_SIZE, header.length, name, 0, name.length);
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
