package org.copilotframework.storage.dynamodb;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.CRC32;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import software.amazon.awssdk.core.SdkBytes;

/**
 * Where things are in the table. Every partition of a tenant begins with his name and a slash, which no name contains; what
 * belongs to no tenant begins with an exclamation mark, as no name does.
 */
final class Keys {
    /** How many partitions share what would otherwise be one hot partition. It can never change: see the README. */
    static final int SHARDS = 8;

    static final String HEAD = "now";
    static final String LOG = "log/";
    static final String STATE = "state/";
    static final String RUN = "head";
    static final String INPUT = "input";
    static final String DETAIL = "detail";
    static final String EVENTS = "out/";
    static final String STEP = "step/";
    /** Sorts after every step, and is none. */
    static final String BEHIND_STEPS = "step0";
    /** Sorts after whatever begins with one of the above. */
    static final String END = "\uffff";

    static final Key SCHEMA = Key.of("!schema", "version");

    private Keys() {}

    static String tenant(TenantId tenant) {
        return tenant + "/";
    }

    static String session(TenantId tenant, SessionId id) {
        return tenant + "/session/" + id;
    }

    static Key sessionHead(TenantId tenant, SessionId id) {
        return Key.of(session(tenant, id), HEAD);
    }

    static Key turn(TenantId tenant, SessionId id, long version) {
        return Key.of(session(tenant, id), LOG + digits(version));
    }

    static Key state(TenantId tenant, SessionId id, long version) {
        return Key.of(session(tenant, id), STATE + digits(version));
    }

    /** Lists the sessions of a tenant; the sort key is the id. */
    static String sessions(TenantId tenant, int shard) {
        return tenant + "/sessions/" + shard;
    }

    static Key sessionListed(TenantId tenant, SessionId id) {
        return Key.of(sessions(tenant, shard(id.value())), id.value());
    }

    static String run(TenantId tenant, RunId id) {
        return tenant + "/run/" + id;
    }

    static Key runHead(TenantId tenant, RunId id) {
        return Key.of(run(tenant, id), RUN);
    }

    static Key step(TenantId tenant, RunId id, String key) {
        return Key.of(run(tenant, id), STEP + key);
    }

    /** Lists the runs of a tenant; the sort key is the id. */
    static String runs(TenantId tenant, int shard) {
        return tenant + "/runs/" + shard;
    }

    static Key runListed(TenantId tenant, RunId id) {
        return Key.of(runs(tenant, shard(id.value())), id.value());
    }

    /** Holds the values of a tenant; the sort key is {@link #ordered the key}. */
    static String values(TenantId tenant, int shard) {
        return tenant + "/values/" + shard;
    }

    static Key value(TenantId tenant, String key) {
        return new Key(values(tenant, shard(key)), ordered(key));
    }

    /** When the last message of a key was committed. */
    static Key clock(TenantId tenant, String key) {
        return Key.of(tenant + "/clock/" + digest(key), "last");
    }

    /** One of the further pieces of a payload that does not fit into its item. */
    static Key part(TenantId tenant, String id, int number) {
        return Key.of(parts(tenant.value(), id), digits(number));
    }

    static String parts(String tenant, String id) {
        return tenant + "/part/" + id;
    }

    static String outbox(int shard) {
        return "!outbox/" + shard;
    }

    static int shard(String of) {
        CRC32 sum = new CRC32();
        sum.update(of.getBytes(StandardCharsets.UTF_8));
        return (int) (sum.getValue() % SHARDS);
    }

    /** A number whose order as text is its order as a number. */
    static String digits(long number) {
        String text = Long.toString(number);
        return "0".repeat(19 - text.length()) + text;
    }

    /**
     * Text as two bytes for each of its characters, in the order of its code points. UTF-8 would be more readable, but of the
     * longest key it makes 1,536 bytes, and a sort key has 1,024 at most.
     */
    static SdkBytes ordered(String text) {
        byte[] bytes = new byte[2 * text.length()];
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            // Of two characters that are halves of greater code points each is moved above all that are whole.
            int moved = unit >= 0xE000 ? unit - 0x800 : unit >= 0xD800 ? unit + 0x2000 : unit;
            bytes[2 * i] = (byte) (moved >> 8);
            bytes[2 * i + 1] = (byte) moved;
        }
        return SdkBytes.fromByteArrayUnsafe(bytes);
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
