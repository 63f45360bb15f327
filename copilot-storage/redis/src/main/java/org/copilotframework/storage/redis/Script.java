package org.copilotframework.storage.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/** The scripts, each a resource beside this class: what one does is said there. */
enum Script {
    ADD,
    BEGIN_SESSION,
    CLAIM,
    COMMIT,
    DELETE_RUN,
    DELETE_SESSION,
    ERASE,
    EVENTS,
    MESSAGES,
    MIGRATE,
    OVERDUE,
    PEEK,
    PROBE,
    REMOVE_MESSAGES,
    REMAINING,
    RENEW,
    RETAIN,
    RUNS,
    SESSIONS,
    SET_VALUE,
    STEPS,
    SWEEP,
    TENANTS,
    TURNS,
    UPGRADE,
    VALUES;

    private final byte[] text;
    private final String sha;

    Script() {
        String file = name().toLowerCase(Locale.ROOT).replace('_', '-') + ".lua";
        text = (read("common.lua") + read(file)).getBytes(StandardCharsets.UTF_8);
        try {
            sha = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this JDK has no SHA-1, by which Redis names scripts", missing);
        }
    }

    byte[] text() {
        return text;
    }

    /** The name by which a server knows the script that it has seen. */
    String sha() {
        return sha;
    }

    private static String read(String file) {
        try (InputStream in = Objects.requireNonNull(Script.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
