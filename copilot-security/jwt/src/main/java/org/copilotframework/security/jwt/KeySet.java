package org.copilotframework.security.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import java.io.IOException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys that an issuer has published. One that cannot be used here takes no other with it.
 *
 * @param keys those that can be used
 */
record KeySet(List<VerifyKey> keys) {
    private static final int MOST = 200;

    /** A token is tried with so many keys at most. */
    private static final int MOST_TRIED = 8;

    /**
     * Reads a JWKS (RFC 7517). One that is empty is an answer: an issuer that has withdrawn its keys means it.
     *
     * @throws IOException if it is none, or has keys and none that can be used
     */
    static KeySet parse(String json) throws IOException {
        List<VerifyKey> keys = new ArrayList<>();
        List<?> listed = listed(json);
        for (Object one : listed) {
            if (one instanceof Map<?, ?> object && keys.size() < MOST) {
                add(object, keys);
            }
        }
        if (keys.isEmpty() && !listed.isEmpty()) {
            throw new IOException("it has no key that signatures can be verified by");
        }
        return new KeySet(List.copyOf(keys));
    }

    private static List<?> listed(String json) throws IOException {
        try {
            if (JsonObjects.parse(json).get("keys") instanceof List<?> list) {
                return list;
            }
        } catch (ParseException wrong) {
            throw new IOException("it is no JSON object", wrong);
        }
        throw new IOException("it has no list of keys");
    }

    @SuppressWarnings("unchecked") // What was parsed from JSON has texts for names.
    private static void add(Map<?, ?> object, List<VerifyKey> keys) {
        try {
            VerifyKey.of(JWK.parse((Map<String, Object>) object)).ifPresent(keys::add);
        } catch (ParseException | JOSEException | RuntimeException other) {
            // Of a kind that is not known here, or broken: those beside it are good.
            return;
        }
    }

    /**
     * Those that may have signed a token.
     *
     * @param id the key that it names; null if it names none
     */
    List<VerifyKey> fitting(@Nullable String id, JWSAlgorithm algorithm) {
        return keys.stream()
                .filter(key -> key.algorithms().contains(algorithm))
                .filter(key -> id == null || id.equals(key.id()))
                .limit(MOST_TRIED)
                .toList();
    }
}
