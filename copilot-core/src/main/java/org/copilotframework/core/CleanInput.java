package org.copilotframework.core;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.copilotframework.core.secret.CleanWords;
import org.copilotframework.core.secret.Redaction;

/** What is read of a store of files; its faults are passed on without secrets. */
final class CleanInput extends FilterInputStream {
    private final Redaction redaction;

    CleanInput(InputStream content, Redaction redaction) {
        super(content);
        this.redaction = redaction;
    }

    @Override
    public int read() throws IOException {
        try {
            return in.read();
        } catch (IOException | RuntimeException fault) {
            throw clean(fault, redaction);
        }
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        try {
            return in.read(bytes, from, length);
        } catch (IOException | RuntimeException fault) {
            throw clean(fault, redaction);
        }
    }

    @Override
    public long skip(long count) throws IOException {
        try {
            return in.skip(count);
        } catch (IOException | RuntimeException fault) {
            throw clean(fault, redaction);
        }
    }

    @Override
    public int available() throws IOException {
        try {
            return in.available();
        } catch (IOException | RuntimeException fault) {
            throw clean(fault, redaction);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            in.close();
        } catch (IOException | RuntimeException fault) {
            throw clean(fault, redaction);
        }
    }

    /** The fault itself if it holds no secret. One that is not of files is thrown. */
    static IOException clean(Exception fault, Redaction redaction) {
        if (fault instanceof IOException known) {
            return CleanWords.ofFiles(known, redaction);
        }
        throw CleanWords.of(fault, redaction);
    }
}
