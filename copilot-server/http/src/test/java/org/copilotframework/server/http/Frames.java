package org.copilotframework.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Frames of HTTP/2 (RFC 9113, 4.1), for what no client of the JDK does. */
final class Frames {
    /** How a client begins. */
    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private Frames() {}

    /** SETTINGS: how many bytes of each answer are taken unasked. */
    static byte[] window(int bytes) {
        return frame(
                4,
                0,
                0,
                ByteBuffer.allocate(6).putShort((short) 4).putInt(bytes).array());
    }

    /** WINDOW_UPDATE: so many more of an answer are taken, or of all answers for stream 0. */
    static byte[] more(int stream, int bytes) {
        return frame(8, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    /** HEADERS, with END_STREAM and END_HEADERS. */
    static byte[] request(int stream, String path) {
        return frame(1, 5, stream, get(path));
    }

    /** HEADERS and DATA, the latter with END_STREAM: a POST of JSON. */
    static byte[] post(int stream, String path, String json) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(get(path));
        block.writeBytes(new byte[] {0x0f, 0x10, 16});
        block.writeBytes("application/json".getBytes(StandardCharsets.US_ASCII));
        byte[] headers = block.toByteArray();
        headers[0] = (byte) 0x83;
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(frame(1, 4, stream, headers));
        frames.writeBytes(frame(0, 1, stream, json.getBytes(StandardCharsets.UTF_8)));
        return frames.toByteArray();
    }

    /** RST_STREAM: nothing more of this is wanted. */
    static byte[] reset(int stream) {
        return frame(3, 0, stream, new byte[] {0, 0, 0, 8});
    }

    /** The beginning of HEADERS that say they have a thousand bytes, END_STREAM and END_HEADERS; those bytes do not come. */
    static byte[] headersBegun(int stream) {
        return Arrays.copyOf(frame(1, 5, stream, new byte[1_000]), 9);
    }

    /** HEADERS with END_STREAM, that say that more of them come. */
    static byte[] headersContinued(int stream, String path) {
        return frame(1, 1, stream, get(path));
    }

    /** CONTINUATION of them, after which more come. */
    static byte[] continuation(int stream, byte... piece) {
        return frame(9, 0, stream, piece);
    }

    /**
     * Any frame.
     *
     * @param type 0 for DATA, 1 for HEADERS, 9 for CONTINUATION
     * @param flags 1 for END_STREAM, 4 for END_HEADERS
     */
    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(
                new byte[] {0, (byte) (payload.length >> 8), (byte) payload.length, (byte) type, (byte) flags});
        frame.writeBytes(new byte[] {0, 0, (byte) (stream >> 8), (byte) stream});
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    /** GET and http by their index of the static table, path and authority as literals (RFC 7541, 6.2.2). */
    private static byte[] get(String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(new byte[] {(byte) 0x82, (byte) 0x86, 0x04, (byte) path.length()});
        block.writeBytes(path.getBytes(StandardCharsets.US_ASCII));
        block.writeBytes(new byte[] {0x01, 9});
        block.writeBytes("localhost".getBytes(StandardCharsets.US_ASCII));
        return block.toByteArray();
    }

    /**
     * How many frames of a type have come; 0 is DATA, 1 is HEADERS, 3 is RST_STREAM, 7 is GOAWAY.
     *
     * @param flags which all of them have
     */
    static int count(byte[] come, int type, int flags) {
        int count = 0;
        for (int at = 0; at + 9 <= come.length; ) {
            int length = (come[at] & 0xff) << 16 | (come[at + 1] & 0xff) << 8 | come[at + 2] & 0xff;
            boolean whole = at + 9 + length <= come.length;
            count += whole && come[at + 3] == type && (come[at + 4] & flags) == flags ? 1 : 0;
            at += 9 + length;
        }
        return count;
    }
}
