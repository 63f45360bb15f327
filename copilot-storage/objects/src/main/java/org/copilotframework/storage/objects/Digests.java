package org.copilotframework.storage.objects;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digests that every JVM has. */
public final class Digests {
    private Digests() {}

    /**
     * A new digest.
     *
     * @return of SHA-256
     */
    public static MessageDigest sha256() {
        return digest("SHA-256");
    }

    /**
     * A new digest.
     *
     * @return of MD5, by which a service tells whether it got what was sent
     */
    public static MessageDigest md5() {
        return digest("MD5");
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException lacking) {
            throw new IllegalStateException("this JVM has no " + algorithm, lacking);
        }
    }
}
