package org.copilotframework.security.jwt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import java.text.ParseException;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A token, taken apart. Nothing of it is believed yet. Of its header only the algorithm and the name of the key are read: keys that it
 * brings itself, or says where they are ({@code jwk}, {@code jku}, {@code x5c}, {@code x5u}), are not looked at.
 *
 * @param header how it says that it is signed
 * @param signed the bytes that are signed
 * @param signature the signature
 * @param payload the claims
 */
record TokenText(JWSHeader header, byte[] signed, Base64URL signature, Base64URL payload) {
    /** The most characters of a token; headers of servers are bounded near this too. */
    static final int LONGEST = 16_384;

    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)");
    private static final Set<JOSEObjectType> TYPES =
            Set.of(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"));

    /**
     * Takes a token apart.
     *
     * @throws RefusedTokenException if it is none, or is not for this purpose
     */
    static TokenText parse(String token) throws RefusedTokenException {
        if (token.length() > LONGEST) {
            throw new RefusedTokenException("it has " + token.length() + " characters, and may have " + LONGEST);
        }
        var parts = FORM.matcher(token);
        if (!parts.matches()) {
            throw new RefusedTokenException("it is no signed JWT in the compact form");
        }
        JWSHeader header = header(parts.group(1));
        byte[] signed = token.substring(0, parts.end(2)).getBytes(US_ASCII);
        return new TokenText(header, signed, new Base64URL(parts.group(3)), new Base64URL(parts.group(2)));
    }

    private static JWSHeader header(String part) throws RefusedTokenException {
        JWSHeader header;
        try {
            header = JWSHeader.parse(
                    JsonObjects.parse(new String(new Base64URL(part).decode(), UTF_8)), new Base64URL(part));
        } catch (ParseException | RuntimeException wrong) {
            // Also for alg=none, which is no signature.
            throw new RefusedTokenException("its header is none of a signed JWT");
        }
        if (header.getType() != null && !TYPES.contains(header.getType())) {
            throw new RefusedTokenException("its typ is neither JWT nor at+jwt");
        } else if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
            throw new RefusedTokenException("its header demands what is not done here");
        }
        return header;
    }

    /**
     * What it claims. For a token whose signature was verified.
     *
     * @throws RefusedTokenException if that is no JSON object
     */
    Claims claims() throws RefusedTokenException {
        try {
            return new Claims(JsonObjects.parse(new String(payload.decode(), UTF_8)));
        } catch (ParseException wrong) {
            throw new RefusedTokenException("its claims are no JSON object");
        }
    }

    /** {@return its algorithm} */
    @Override
    public String toString() {
        return "TokenText[" + header.getAlgorithm() + "]";
    }
}
