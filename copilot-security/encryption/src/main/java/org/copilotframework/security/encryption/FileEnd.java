package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.BlobInfo;

/**
 * What stands at the end of each file, encrypted: what is known of it. Always of one size, so that a file's size is known from that of
 * its ciphertext, and how much is known of it is not.
 *
 * @param size how many bytes the content has
 * @param sha256 its digest
 * @param header what stands before the first segment; so this is the end of no other content
 * @param contentType its media type
 * @param metadata what its writer added
 */
record FileEnd(long size, byte[] sha256, byte[] header, String contentType, Map<String, String> metadata) {
    /** How large it is as it is stored. */
    static final int LENGTH = 4_096;

    private static final byte SEALED = (byte) 0xC2;
    private static final byte VERSION = 1;
    private static final int HEAD = 1 + TenantKey.ID;
    private static final int ROOM = LENGTH - HEAD - Ciphers.RECORD_OVERHEAD;
    private static final int DIGEST = 32;

    byte[] sealed(TenantId tenant, String name, TenantKey key) {
        ByteBuffer within = ByteBuffer.allocate(ROOM)
                .put(VERSION)
                .putLong(size)
                .put(sha256)
                .put(header)
                .put((byte) contentType.length())
                .put(contentType.getBytes(US_ASCII))
                .putShort((short) metadata.size());
        new TreeMap<>(metadata)
                .forEach((entry, value) -> within.put((byte) entry.length())
                        .put(entry.getBytes(US_ASCII))
                        .putShort((short) value.length())
                        .put(value.getBytes(US_ASCII)));
        try {
            return ByteBuffer.allocate(LENGTH)
                    .put(SEALED)
                    .put(key.id())
                    .put(key.ends().encrypt(within.array(), bound(tenant, name, key)))
                    .array();
        } catch (GeneralSecurityException missing) {
            throw Ciphers.missing(missing);
        }
    }

    /**
     * Reads the end of a file.
     *
     * @param stored all of it
     * @param body how many bytes are stored before it
     * @throws DamagedFileException if it is none, or that of another content
     */
    static FileEnd opened(TenantId tenant, String name, byte[] stored, long body, DataKeys keys)
            throws DamagedFileException {
        String file = "file '" + name + "' of tenant '" + tenant + "'";
        if (stored.length != LENGTH || stored[0] != SEALED) {
            throw DamagedFileException.plain(file);
        }
        Optional<TenantKey> key = keys.named(tenant, stored, 1);
        if (key.isEmpty()) {
            throw DamagedFileException.keyless(file);
        }
        try {
            byte[] sealed = Arrays.copyOfRange(stored, HEAD, LENGTH);
            FileEnd end = read(ByteBuffer.wrap(key.get().ends().decrypt(sealed, bound(tenant, name, key.get()))));
            if (FileForm.body(end.size()) != body) {
                throw DamagedFileException.changed(file, null);
            }
            return end;
        } catch (GeneralSecurityException | BufferUnderflowException changed) {
            throw DamagedFileException.changed(file, changed);
        }
    }

    private static FileEnd read(ByteBuffer in) throws GeneralSecurityException {
        if (in.get() != VERSION) {
            throw new GeneralSecurityException("its end is of a later version");
        }
        long size = in.getLong();
        byte[] sha256 = bytes(in, DIGEST);
        byte[] header = bytes(in, Ciphers.HEADER);
        String type = text(in, in.get() & 0xFF);
        Map<String, String> metadata = new LinkedHashMap<>();
        for (int left = in.getShort(); left > 0; left--) {
            metadata.put(text(in, in.get()), text(in, in.getShort()));
        }
        return new FileEnd(size, sha256, header, type, metadata);
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer in, int length) {
        return new String(bytes(in, length), US_ASCII);
    }

    private static byte[] bound(TenantId tenant, String name, TenantKey key) {
        return Bound.to("end of a file")
                .and(tenant.value())
                .and(name)
                .and(key.id())
                .bytes();
    }

    /** The name of the key that a stored end was encrypted with, which was found there. */
    static TenantKey key(TenantId tenant, String name, byte[] stored, DataKeys keys) throws DamagedFileException {
        return keys.named(tenant, stored, 1)
                .orElseThrow(() -> DamagedFileException.keyless("file '" + name + "' of tenant '" + tenant + "'"));
    }

    /** What is known of the file, where the store knows the rest. */
    BlobInfo info(BlobInfo stored) {
        return new BlobInfo(
                stored.name(),
                size,
                stored.modified(),
                stored.version(),
                HexFormat.of().formatHex(sha256),
                contentType,
                metadata);
    }
}
