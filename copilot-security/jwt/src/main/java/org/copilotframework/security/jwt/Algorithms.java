package org.copilotframework.security.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.Set;
import java.util.TreeSet;

/** The algorithms of signatures. Which one a key may be used with is told by the key, never by the token. */
final class Algorithms {
    static final Set<JWSAlgorithm> RSA = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512);
    static final Set<JWSAlgorithm> ED25519 = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

    static final String BY_SECRET = "HS256";

    /** What a setting may name. */
    static final Set<String> ALL = new TreeSet<>(Set.of(
            BY_SECRET, "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
            "Ed25519"));

    private Algorithms() {}
}
