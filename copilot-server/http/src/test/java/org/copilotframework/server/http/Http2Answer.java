package org.copilotframework.server.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.http2.hpack.HpackException;

/**
 * What a server says over HTTP/2 to frames that no client would send.
 *
 * @param answer empty if the stream, or the connection, was ended without one
 * @param error the code with which it was ended (RFC 9113, 7); -1 for none
 */
record Http2Answer(Optional<RawAnswer> answer, int error) {
    private static final int PATIENCE = 60_000;

    /**
     * Sends them on a connection of their own, and reads what stream 1 is answered.
     *
     * @param last whether nothing more is sent, which the server is told
     * @throws java.net.SocketTimeoutException if there is nothing in time
     */
    static Http2Answer to(int port, byte[] frames, boolean last) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE);
            socket.setSoTimeout(PATIENCE);
            try {
                socket.getOutputStream().write(frames);
                if (last) {
                    socket.shutdownOutput();
                }
            } catch (SocketException refusedEarly) {
                // What was answered before all was sent is there all the same.
            }
            return read(new DataInputStream(socket.getInputStream()));
        }
    }

    private static Http2Answer read(DataInputStream in) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List<String> headers = new ArrayList<>();
        int[] status = {0};
        int error = -1;
        try {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                byte[] payload = new byte[length];
                in.readFully(payload);
                if ((type == 1 || type == 9) && stream == 1) {
                    block.writeBytes(payload);
                    if ((flags & 4) != 0) {
                        status[0] = decode(block.toByteArray(), headers);
                        block.reset();
                    }
                } else if (type == 0 && stream == 1) {
                    body.writeBytes(payload);
                } else if (type == 3 && stream == 1) {
                    error = ByteBuffer.wrap(payload).getInt();
                    break;
                } else if (type == 7) {
                    error = ByteBuffer.wrap(payload).getInt(4);
                }
                boolean events = headers.stream().anyMatch(line -> line.startsWith("content-type: text/event-stream"));
                if (stream == 1 && status[0] >= 200 && ((flags & 1) != 0 || (events && body.size() > 0))) {
                    break;
                }
            }
        } catch (EOFException | SocketException ended) {
            // What has come until then counts.
        }
        return new Http2Answer(answer(status[0], headers, body.toByteArray()), error);
    }

    private static Optional<RawAnswer> answer(int status, List<String> headers, byte[] sent) throws IOException {
        if (status == 0) {
            return Optional.empty();
        }
        boolean packed = sent.length > 0 && headers.contains("content-encoding: gzip");
        byte[] body = packed ? new GZIPInputStream(new ByteArrayInputStream(sent)).readAllBytes() : sent;
        return Optional.of(new RawAnswer(status, headers, new String(body, StandardCharsets.UTF_8)));
    }

    private static int decode(byte[] block, List<String> into) throws IOException {
        try {
            MetaData.Response response =
                    (MetaData.Response) new HpackDecoder(1 << 16, System::nanoTime).decode(ByteBuffer.wrap(block));
            into.clear();
            response.getHttpFields().forEach(field -> into.add(field.getLowerCaseName() + ": " + field.getValue()));
            return response.getStatus();
        } catch (HpackException broken) {
            throw new IOException(broken);
        }
    }
}
