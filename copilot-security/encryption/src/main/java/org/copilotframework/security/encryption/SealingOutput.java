package org.copilotframework.security.encryption;

import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Objects;

/** Encrypts a content as it is written. Not safe for use by several threads. */
final class SealingOutput extends OutputStream {
    private final OutputStream sealing;
    private final Ahead ahead;
    private final MessageDigest digest;
    private long size;

    /**
     * Begins a file.
     *
     * @param stored where the ciphertext goes; stays open
     * @param files the cipher
     * @param bound what the content is bound to
     */
    SealingOutput(OutputStream stored, AesGcmHkdfStreaming files, byte[] bound) throws IOException {
        try {
            this.ahead = new Ahead(stored);
            this.sealing = files.newEncryptingStream(ahead, bound);
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException missing) {
            throw Ciphers.missing(missing);
        }
    }

    /** Keeps a copy of the header, and the stream below open. */
    private static final class Ahead extends FilterOutputStream {
        private final byte[] header = new byte[Ciphers.HEADER];
        private int seen;

        Ahead(OutputStream stored) {
            super(stored);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            int head = Math.min(length, header.length - seen);
            System.arraycopy(bytes, from, header, seen, head);
            seen += head;
            out.write(bytes, from, length);
        }

        @Override
        public void close() {
            // What follows the content is written by whoever opened the stream.
        }
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, bytes.length);
        sealing.write(bytes, from, length);
        digest.update(bytes, from, length);
        size += length;
    }

    /** Only {@link #end} ends the content: who writes it may close the stream or not. */
    @Override
    public void close() {
        // See above.
    }

    /** Ends the content, and tells what is known of it. */
    FileEnd end(String contentType, Map<String, String> metadata) throws IOException {
        sealing.close();
        return new FileEnd(size, digest.digest(), ahead.header, contentType, metadata);
    }
}
