package org.copilotframework.server.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;

/** Content that is in memory as a whole, written as far as the client takes it. */
final class WholeSending extends Sending implements WriteListener {
    private final byte[] content;
    private boolean handedOver;

    WholeSending(
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
    void send() {
        out.setWriteListener(this);
    }

    @Override
    public void onWritePossible() throws IOException {
        while (out.isReady()) {
            if (handedOver) {
                written.complete(null);
                return;
            }
            handedOver = true;
            out.write(content);
        }
    }
}
