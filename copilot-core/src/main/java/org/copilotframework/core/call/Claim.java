package org.copilotframework.core.call;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.json.StoredJson;
import org.jspecify.annotations.Nullable;

/**
 * By what a caller's request is known again: which value tells of it, and what is asked. Neither what is said nor the caller's key is
 * in it.
 *
 * @param value the key of the value, one for each subject and key
 * @param asked the digest of what is asked
 */
record Claim(String value, String asked) {
    private static final String PREFIX = "idempotency/";

    /** Of a call. What only says how long its caller waits is left out. */
    static Claim ofCall(Caller caller, AgentRequest request, String key) {
        Map<String, @Nullable Object> asked = new LinkedHashMap<>();
        asked.put("agent", request.agent());
        asked.put("session", request.session().map(Object::toString).orElse(""));
        asked.put("policy", request.sessionPolicy().name());
        return of(caller, key, request.message(), asked);
    }

    /** Of an input to a run. */
    static Claim ofInput(Caller caller, RunId run, Message input, String key) {
        Map<String, @Nullable Object> asked = new LinkedHashMap<>();
        asked.put("run", run.value());
        return of(caller, key, input, asked);
    }

    private static Claim of(Caller caller, String key, Message message, Map<String, @Nullable Object> asked) {
        asked.put("message", sorted(StoredJson.tree(message)));
        String whose = digest(bytes(caller.principal().subject()), bytes(AgentRequest.checkIdempotencyKey(key)));
        return new Claim(PREFIX + whose, digest(StoredJson.write(asked)));
    }

    /**
     * What is stored with the run's beginning or change.
     *
     * @param version what is there now, of an earlier request that came to nothing; 0 for nothing
     */
    ValueChange by(RunId run, long version, Duration ttl) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("run", run.value());
        tree.put("asked", asked);
        return new ValueChange(value, version, Payload.of(StoredJson.write(tree)), ttl);
    }

    /** Objects with their keys in order: whoever sends a request again may write them in another. */
    private static @Nullable Object sorted(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> sorted = new TreeMap<>();
            map.forEach((key, inner) -> sorted.put(String.valueOf(key), sorted(inner)));
            return sorted;
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> all = new ArrayList<>(list.size());
            list.forEach(inner -> all.add(sorted(inner)));
            return all;
        }
        return value;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Each piece with its length before it, so that no two lists of pieces look the same. */
    private static String digest(byte[]... pieces) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] piece : pieces) {
                digest.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(piece.length).array());
                digest.update(piece);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
