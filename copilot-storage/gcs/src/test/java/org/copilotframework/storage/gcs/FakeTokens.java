package org.copilotframework.storage.gcs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Who the fake lets in: all, until it has given out a key. */
final class FakeTokens {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private volatile KeyPair keys;
    private volatile String token;
    private volatile boolean refusing;

    /** Writes a service account's key file, by which tokens are given out from now on. */
    Path keyFile(Path folder, URI server) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        token = UUID.randomUUID().toString();
        JsonObject file = new JsonObject();
        file.addProperty("type", "service_account");
        file.addProperty("project_id", "a-project");
        file.addProperty("private_key_id", "key-1");
        file.addProperty(
                "private_key",
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        file.addProperty("client_email", "agents@a-project.iam.gserviceaccount.com");
        file.addProperty("client_id", "1");
        file.addProperty("token_uri", server + "/token");
        return Files.writeString(folder.resolve("key.json"), file.toString());
    }

    /** Gives out no tokens any more. */
    void refuse() {
        refusing = true;
    }

    void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        if (refusing) {
            GcsFake.send(exchange, 400, "{\"error\":\"invalid_grant\",\"error_description\":\"account not found\"}");
        } else {
            GcsFake.send(
                    exchange,
                    200,
                    "{\"access_token\":\"" + token + "\",\"expires_in\":3600,\"token_type\":\"Bearer\"}");
        }
    }

    boolean accepts(String authorization) {
        return token == null || ("Bearer " + token).equals(authorization);
    }

    /** Whether a URL is signed by the key (V4) and not over yet. */
    boolean signed(HttpExchange exchange, Map<String, String> query) {
        Instant made = Instant.from(TIME.parse(query.get("X-Goog-Date")));
        Duration validity = Duration.ofSeconds(Long.parseLong(query.get("X-Goog-Expires")));
        if (made.plus(validity).isBefore(Instant.now())) {
            return false;
        }
        StringBuilder canonical = new StringBuilder();
        new TreeMap<>(query).forEach((key, value) -> {
            if (!key.equals("X-Goog-Signature")) {
                canonical
                        .append(canonical.isEmpty() ? "" : "&")
                        .append(encoded(key))
                        .append("=")
                        .append(encoded(value));
            }
        });
        String request = "GET\n" + exchange.getRequestURI().getRawPath() + "\n" + canonical + "\nhost:"
                + exchange.getRequestHeaders().getFirst("Host") + "\n\nhost\nUNSIGNED-PAYLOAD";
        String scope = query.get("X-Goog-Credential").replaceFirst("^[^/]*/", "");
        try {
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(request.getBytes(UTF_8)));
            Signature verifier = Signature.getInstance("SHA256withRSA");
            verifier.initVerify(keys.getPublic());
            verifier.update(("GOOG4-RSA-SHA256\n" + query.get("X-Goog-Date") + "\n" + scope + "\n" + digest)
                    .getBytes(US_ASCII));
            return verifier.verify(HexFormat.of().parseHex(query.get("X-Goog-Signature")));
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
