package org.copilotframework.core.blob;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.blob.Blob;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that one activation has open for reading. They are bounded and end with it: each may hold a connection of the store,
 * which all tenants share, and who opens one may forget to close it. Safe for use by several threads.
 */
final class OpenFiles {
    private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

    private final int most;
    private final Set<InputStream> open = new HashSet<>();
    /** With those that are being opened. */
    private int places;

    private boolean ended;

    OpenFiles(int most) {
        this.most = most;
    }

    /** Opens a file. */
    interface Opening {
        Optional<Blob> open() throws IOException;
    }

    /** A file that has one of the places until it is read to its end or closed, by whomever. */
    Optional<Blob> opened(Opening opening) throws IOException {
        take();
        boolean kept = false;
        try {
            Blob found = opening.open().orElse(null);
            if (found == null) {
                return Optional.empty();
            }
            Blob held = new Blob(found.info(), new Held(found.content()));
            kept = true;
            keep(held);
            return Optional.of(held);
        } finally {
            if (!kept) {
                giveBack();
            }
        }
    }

    private synchronized void take() {
        demandTime();
        if (places == most) {
            throw new IllegalStateException("this activation has " + most
                    + " files open, and copilot.invoke.open-files allows no more; close each when it is read, as by"
                    + " try-with-resources");
        }
        places++;
    }

    private void keep(Blob held) throws IOException {
        synchronized (this) {
            if (!ended) {
                open.add(held.content());
                return;
            }
        }
        // While it was opened the activation ended.
        held.close();
        demandTime();
    }

    private synchronized void demandTime() {
        if (ended) {
            throw new ConflictException("the activation has ended; its agent can open no file any more");
        }
    }

    private synchronized void giveBack() {
        places--;
    }

    private synchronized void release(InputStream held) {
        open.remove(held);
        places--;
    }

    /** Closes what is open still, and lets nothing be opened any more. */
    void end() {
        List<InputStream> left;
        synchronized (this) {
            ended = true;
            left = new ArrayList<>(open);
        }
        for (InputStream file : left) {
            try {
                file.close();
            } catch (IOException | RuntimeException failed) {
                LOG.debug("A file that an agent left open did not close: {}", failed.toString());
            }
        }
        if (!left.isEmpty()) {
            LOG.debug("An agent left {} files open; they were closed when its activation ended", left.size());
        }
    }

    /** Lets go of what it reads with its last byte: who has read all may forget to close. */
    private final class Held extends FilterInputStream {
        private boolean over;
        private boolean released;
        private volatile boolean closed;

        Held(InputStream file) {
            super(file);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            demandOpen();
            if (over) {
                return length == 0 ? 0 : -1;
            }
            int read = in.read(bytes, from, length);
            if (read < 0) {
                over = true;
                release();
            }
            return read;
        }

        @Override
        public long skip(long count) throws IOException {
            demandOpen();
            return over ? 0 : in.skip(count);
        }

        @Override
        public int available() throws IOException {
            demandOpen();
            return over ? 0 : in.available();
        }

        private void demandOpen() throws IOException {
            if (closed) {
                throw new IOException("the file was closed, by its reader or at the end of the activation");
            }
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        @Override
        public void close() throws IOException {
            closed = true;
            release();
        }

        private void release() throws IOException {
            synchronized (this) {
                if (released) {
                    return;
                }
                released = true;
            }
            OpenFiles.this.release(this);
            in.close();
        }
    }
}
