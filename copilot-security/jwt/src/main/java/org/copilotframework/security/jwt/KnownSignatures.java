package org.copilotframework.security.jwt;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which key has signed which token: a client sends the same one with each request, and to verify its signature costs more than all the
 * rest. That alone is remembered, of tokens whose signature is right. Whether the key is still one of those that count, and what the
 * token says, is looked at each time. Safe for use by several threads.
 */
final class KnownSignatures {
    /** More tokens than this are verified anew now and then. */
    static final int MOST = 10_000;

    /** By the hash of all that is signed and of the signature, so that no token lies in memory. */
    private final Map<ByteBuffer, VerifyKey> signers = new ConcurrentHashMap<>();

    /**
     * Whether one of some keys has signed a token.
     *
     * @param keys those that count now; a key that was read anew is another one
     * @throws RefusedTokenException if the signature has a form that none has
     */
    boolean hasSigned(List<VerifyKey> keys, TokenText token) throws RefusedTokenException {
        ByteBuffer hash = hash(token);
        VerifyKey signer = signers.get(hash);
        if (signer != null && keys.contains(signer)) {
            return true;
        }
        for (VerifyKey key : keys) {
            if (key.hasSigned(token)) {
                remember(hash, key);
                return true;
            }
        }
        return false;
    }

    /** Who can fill it has as many tokens that are right; then it begins anew. */
    private void remember(ByteBuffer hash, VerifyKey signer) {
        if (signers.size() >= MOST) {
            signers.clear();
        }
        signers.put(hash, signer);
    }

    int size() {
        return signers.size();
    }

    private static ByteBuffer hash(TokenText token) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(token.signed());
            digest.update((byte) '.');
            return ByteBuffer.wrap(digest.digest(token.signature().toString().getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this JDK has no SHA-256", missing);
        }
    }
}
