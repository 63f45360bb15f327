package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What stands at the end of a ZIP and says where its directory is. There is one such end and no other: what another reader would
 * take for one is refused.
 *
 * @param count how many entries the directory has
 * @param start where it begins
 * @param size how large it is
 */
record ZipEnd(int count, long start, long size) {
    private static final int SIGNATURE = 0x06054b50;
    private static final int SIZE = 22;
    private static final int MAX_COMMENT = 0xFFFF;

    /** Of ZIP64: it says where another end is. */
    private static final int LOCATOR_SIGNATURE = 0x07064b50;

    private static final int LOCATOR_SIZE = 20;

    static ZipEnd read(Bytes bytes) throws IOException {
        ByteBuffer end = find(bytes);
        checkComment(end);
        int count = Short.toUnsignedInt(end.getShort(10));
        long size = Integer.toUnsignedLong(end.getInt(12));
        long start = Integer.toUnsignedLong(end.getInt(16));
        if (count == 0xFFFF || size == 0xFFFFFFFFL || start == 0xFFFFFFFFL) {
            throw zip64();
        }
        if (end.getInt(4) != 0 || end.getShort(8) != end.getShort(10)) {
            throw new BadZipException("it is one part of a ZIP in several; build it as one file");
        }
        if (start + size != bytes.size() - end.capacity()) {
            throw BadZipException.damaged("its directory is not where its end says");
        }
        return new ZipEnd(count, start, size);
    }

    /** The comment reaches to the end of the file, or it is no end. */
    private static ByteBuffer find(Bytes bytes) throws IOException {
        int tail = (int) Math.min(bytes.size(), SIZE + MAX_COMMENT);
        // Nearly always there is no comment.
        if (tail >= SIZE) {
            ByteBuffer last = slice(bytes, bytes.size() - SIZE, SIZE);
            if (last.getInt(0) == SIGNATURE && last.getShort(20) == 0) {
                return last;
            }
        }
        ByteBuffer buffer = slice(bytes, bytes.size() - tail, tail);
        for (int at = tail - SIZE; at >= 0; at--) {
            if (buffer.getInt(at) == SIGNATURE && at + SIZE + Short.toUnsignedInt(buffer.getShort(at + 20)) == tail) {
                return slice(bytes, bytes.size() - tail + at, tail - at);
            }
        }
        throw BadZipException.truncated();
    }

    /** The JDK's reader looks for the end from behind, and takes what it finds in the comment. */
    private static void checkComment(ByteBuffer end) throws BadZipException {
        for (int at = 1; at <= end.capacity() - SIZE; at++) {
            if (end.getInt(at) == SIGNATURE) {
                throw new BadZipException(
                        "its comment could pass for the end of another archive; build it without a comment");
            }
        }
    }

    /** The bytes of the directory. */
    ByteBuffer directory(Bytes bytes) throws IOException {
        ByteBuffer directory = slice(bytes, start, (int) size);
        if (size >= LOCATOR_SIZE && directory.getInt((int) size - LOCATOR_SIZE) == LOCATOR_SIGNATURE) {
            throw zip64(); // The JDK's reader would look for another directory, where this says.
        }
        return directory;
    }

    private static ByteBuffer slice(Bytes bytes, long start, int size) throws IOException {
        byte[] content = new byte[size];
        bytes.read(start, content, 0, size);
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static BadZipException zip64() {
        return new BadZipException("it is a ZIP64 archive; build one of less than 65535 entries and 4 GiB");
    }
}
