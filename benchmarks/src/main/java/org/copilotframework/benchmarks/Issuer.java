package org.copilotframework.benchmarks;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Who issues tokens, and publishes the keys by which they are known. */
final class Issuer implements AutoCloseable {
    private static final String AUDIENCE = "copilot";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final HttpServer pages;
    private final KeyPair rsa = pair("RSA", 2_048);
    private final KeyPair ec = pair("EC", 256);

    Issuer() throws IOException, GeneralSecurityException {
        pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] keys = keys().getBytes(StandardCharsets.UTF_8);
        pages.createContext("/keys", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, keys.length);
            exchange.getResponseBody().write(keys);
            exchange.close();
        });
        pages.start();
    }

    private static KeyPair pair(String algorithm, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private String url() {
        return "http://127.0.0.1:" + pages.getAddress().getPort();
    }

    /** What the server has to know, to accept tokens of all three kinds. */
    Map<String, String> settings(String secret) {
        return Map.of(
                "copilot.security.jwt.secret",
                secret,
                "copilot.security.jwt.issuer",
                url(),
                "copilot.security.jwt.jwks-uri",
                url() + "/keys",
                "copilot.security.jwt.audience",
                AUDIENCE,
                "copilot.security.jwt.algorithms",
                "HS256,RS256,ES256");
    }

    private String keys() {
        RSAPublicKey one = (RSAPublicKey) rsa.getPublic();
        ECPublicKey other = (ECPublicKey) ec.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"rsa\",\"n\":\""
                + text(one.getModulus(), 256) + "\",\"e\":\"" + text(one.getPublicExponent(), 3)
                + "\"},{\"kty\":\"EC\",\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"ec\",\"crv\":\"P-256\",\"x\":\""
                + text(other.getW().getAffineX(), 32) + "\",\"y\":\""
                + text(other.getW().getAffineY(), 32) + "\"}]}";
    }

    private static String text(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[length];
        int count = Math.min(length, bytes.length);
        System.arraycopy(bytes, bytes.length - count, fixed, length - count, count);
        return BASE64.encodeToString(fixed);
    }

    /** A token that is signed by the secret. */
    String hs256(String secret) throws GeneralSecurityException {
        String said = said("HS256", "");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return said + "." + BASE64.encodeToString(mac.doFinal(said.getBytes(StandardCharsets.US_ASCII)));
    }

    String rs256() throws GeneralSecurityException {
        return signed(said("RS256", "rsa"), "SHA256withRSA", rsa.getPrivate());
    }

    String es256() throws GeneralSecurityException {
        return signed(said("ES256", "ec"), "SHA256withECDSAinP1363Format", ec.getPrivate());
    }

    private static String signed(String said, String algorithm, PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(said.getBytes(StandardCharsets.US_ASCII));
        return said + "." + BASE64.encodeToString(signature.sign());
    }

    /** What a small token of an issuer such as Keycloak says. */
    private String said(String algorithm, String key) {
        Instant now = Instant.now();
        String header = "{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\""
                + (key.isEmpty() ? "" : ",\"kid\":\"" + key + "\"") + "}";
        String claims = "{\"iss\":\"" + url() + "\",\"aud\":\"" + AUDIENCE
                + "\",\"sub\":\"alice\",\"jti\":\"3e0a5f0c-5d3b-4a43-9d39-0f6e0f7c2b10\",\"tenant\":\"acme\",\"iat\":"
                + now.getEpochSecond() + ",\"exp\":"
                + now.plus(Duration.ofHours(12)).getEpochSecond() + ",\"scope\":\"agents:invoke runs:read\"}";
        return text(header) + "." + text(claims);
    }

    private static String text(String json) {
        return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        pages.stop(0);
    }
}
