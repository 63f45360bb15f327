package org.copilotframework.server.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;

/**
 * Content that fits into the buffer of the answer: it goes out with the headers once the request is complete, and the container waits
 * for nobody then. The length of the content must not be told before: what ends the content that was announced is waited for.
 */
final class SmallSending extends Sending {
    /** What every container has room for, and adds to its buffer instead of writing it. */
    static final int MOST = 4_096;

    private final byte[] content;

    SmallSending(
            HttpServletRequest request,
            ServletOutputStream out,
            byte[] content,
            SlowTakers takers,
            Duration time,
            Runnable gone) {
        super(request, out, takers, time, gone);
        this.content = content;
    }

    @Override
    void send() throws IOException {
        out.write(content);
        written.complete(null);
    }
}
