package org.copilotframework.security.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A signature is verified once, and counts only as long as its key does. */
class KnownSignaturesTest {
    private final KnownSignatures known = new KnownSignatures();
    private final AtomicInteger verified = new AtomicInteger();
    private final VerifyKey key = counted(Tokens.SECRET);

    private VerifyKey counted(String secret) {
        VerifyKey real = VerifyKey.of(secret.getBytes(UTF_8));
        return new VerifyKey(null, Set.of(JWSAlgorithm.HS256), (header, signed, signature) -> {
            verified.incrementAndGet();
            return real.check().verify(header, signed, signature);
        });
    }

    private static TokenText token(String subject) throws RefusedTokenException {
        return TokenText.parse(Tokens.bySecret(Tokens.but(Tokens.claims("issuer"), "sub", subject)));
    }

    @Test
    void theSameTokenIsVerifiedOnce() throws RefusedTokenException {
        assertThat(known.hasSigned(List.of(key), token("alice"))).isTrue();
        assertThat(known.hasSigned(List.of(key), token("alice"))).isTrue();
        assertThat(verified).hasValue(1);
        assertThat(known.hasSigned(List.of(key), token("bob"))).isTrue();
        assertThat(verified).hasValue(2);
    }

    @Test
    void aKnownTokenIsRefusedOnceItsKeyCountsNoMore() throws RefusedTokenException {
        assertThat(known.hasSigned(List.of(key), token("alice"))).isTrue();
        assertThat(known.hasSigned(List.of(), token("alice"))).isFalse();
        assertThat(known.hasSigned(List.of(counted(Tokens.OTHER_SECRET)), token("alice")))
                .isFalse();
        // The same key that was read anew is another one.
        assertThat(known.hasSigned(List.of(counted(Tokens.SECRET)), token("alice")))
                .isTrue();
        assertThat(verified).hasValue(3);
    }

    @Test
    void anotherSignatureOfWhatIsKnownIsNotKnown() throws RefusedTokenException {
        TokenText alice = token("alice");
        assertThat(known.hasSigned(List.of(key), alice)).isTrue();
        TokenText forged =
                new TokenText(alice.header(), alice.signed(), token("bob").signature(), alice.payload());
        assertThat(known.hasSigned(List.of(key), forged)).isFalse();
        assertThat(known.hasSigned(List.of(key), forged)).isFalse();
        assertThat(verified).hasValue(3);
        TokenText promoted =
                new TokenText(alice.header(), token("mallory").signed(), alice.signature(), alice.payload());
        assertThat(known.hasSigned(List.of(key), promoted)).isFalse();
    }

    @Test
    void itIsBounded() throws RefusedTokenException {
        VerifyKey any = new VerifyKey(null, Set.of(JWSAlgorithm.HS256), (header, signed, signature) -> true);
        TokenText one = token("alice");
        for (int i = 0; i < KnownSignatures.MOST + 10; i++) {
            TokenText other =
                    new TokenText(one.header(), ("token " + i).getBytes(UTF_8), one.signature(), one.payload());
            assertThat(known.hasSigned(List.of(any), other)).isTrue();
        }
        assertThat(known.size()).isBetween(1, KnownSignatures.MOST);
    }
}
