package org.copilotframework.core.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.copilotframework.api.spi.storage.Payload;
import org.jspecify.annotations.Nullable;

/** A digest over things in a form that is the same in every store: each with its length before it. */
final class Canon {
    private final MessageDigest digest;

    Canon() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    Canon bytes(byte @Nullable [] bytes) {
        number(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            digest.update(bytes);
        }
        return this;
    }

    Canon text(@Nullable String text) {
        return bytes(text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    }

    Canon payload(@Nullable Payload payload) {
        return bytes(payload == null ? null : payload.bytes());
    }

    Canon number(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        return this;
    }

    /** Stores keep a moment to the millisecond or finer. */
    Canon moment(@Nullable Instant moment) {
        return text(
                moment == null ? null : moment.truncatedTo(ChronoUnit.MILLIS).toString());
    }

    byte[] digest() {
        return digest.digest();
    }
}
