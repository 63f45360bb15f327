package org.copilotframework.core;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.copilotframework.core.secret.Redaction;

/** What is written to a store of files; its faults are passed on without secrets. */
final class CleanOutput extends FilterOutputStream {
    private final Redaction redaction;

    CleanOutput(OutputStream content, Redaction redaction) {
        super(content);
        this.redaction = redaction;
    }

    @Override
    public void write(int one) throws IOException {
        try {
            out.write(one);
        } catch (IOException | RuntimeException fault) {
            throw CleanInput.clean(fault, redaction);
        }
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException | RuntimeException fault) {
            throw CleanInput.clean(fault, redaction);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException | RuntimeException fault) {
            throw CleanInput.clean(fault, redaction);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } catch (IOException | RuntimeException fault) {
            throw CleanInput.clean(fault, redaction);
        }
    }
}
