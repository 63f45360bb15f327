package org.copilotframework.security.apikey;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.authentication.Credential;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.storage.Payload;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a key.
 *
 * @param credential what is known of it
 * @param hashes the hashes of its text, by each secret that was known where it was written
 * @param before the text before it; null if that is no longer good
 */
record KeyRecord(
        Credential credential, List<Hash> hashes, @Nullable Before before) {
    private static final String SEAL = "seal=";

    KeyRecord {
        hashes = List.copyOf(hashes);
    }

    /**
     * A text that was replaced.
     *
     * @param hashes its hashes
     * @param until how long it is good
     */
    record Before(List<Hash> hashes, Instant until) {}

    /** What is stored is not of somebody who has the secret. */
    static final class UnsoundException extends Exception {
        private static final long serialVersionUID = 1L;

        private final HashKeys.Seal seal;

        UnsoundException(HashKeys.Seal seal) {
            super("its seal is " + seal);
            this.seal = seal;
        }

        HashKeys.Seal seal() {
            return seal;
        }
    }

    String id() {
        return credential.id();
    }

    KeyRecord rotated(List<Hash> to, Instant now, @Nullable Instant beforeUntil) {
        return new KeyRecord(
                new Credential(id(), credential.order(), credential.created(), now),
                to,
                beforeUntil == null ? null : new Before(hashes, beforeUntil));
    }

    KeyRecord hashedAs(List<Hash> other) {
        return new KeyRecord(credential, other, before);
    }

    /**
     * Lines of a name and a value, none of which can hold a line break: principals and scopes are checked. The last one seals all
     * others and the id, if there is a secret.
     */
    Payload payload(HashKeys by) {
        CredentialOrder order = credential.order();
        StringBuilder lines = new StringBuilder("form=1\n");
        line(lines, "subject", order.subject());
        line(lines, "tenant", order.tenant().value());
        line(lines, "scopes", String.join(" ", new TreeSet<>(order.scopes())));
        line(lines, "expires", order.expires());
        line(lines, "per-minute", order.perMinute());
        line(lines, "created", credential.created());
        line(lines, "rotated", credential.rotated());
        line(lines, "hash", Hash.line(hashes));
        if (before != null) {
            line(lines, "before", Hash.line(before.hashes()));
            line(lines, "before-until", before.until());
        }
        List<Hash> seals = by.seals(sealed(id(), lines.toString()));
        if (!seals.isEmpty()) {
            lines.append(SEAL).append(Hash.line(seals)).append('\n');
        }
        return Payload.of(lines.toString().getBytes(UTF_8));
    }

    private static String sealed(String id, String lines) {
        return id + "\n" + lines;
    }

    private static void line(StringBuilder lines, String name, @Nullable Object value) {
        if (value != null) {
            lines.append(name).append('=').append(value).append('\n');
        }
    }

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it has another form
     * @throws UnsoundException if it has, and is not of somebody who has the secret
     */
    static KeyRecord parse(String id, Payload payload, HashKeys by) throws UnsoundException {
        String stored = new String(payload.bytes(), UTF_8);
        int at = stored.lastIndexOf("\n" + SEAL) + 1;
        String content = at == 0 ? stored : stored.substring(0, at);
        List<Hash> seals = at == 0
                ? List.of()
                : Hash.parseAll(stored.substring(at + SEAL.length()).stripTrailing());
        KeyRecord read = parse(id, content);
        HashKeys.Seal seal = by.look(sealed(id, content), seals);
        if (seal != HashKeys.Seal.SOUND) {
            throw new UnsoundException(seal);
        }
        return read;
    }

    private static KeyRecord parse(String id, String stored) {
        Map<String, String> lines = new HashMap<>();
        for (String line : stored.split("\n")) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("a line without a name");
            }
            lines.put(line.substring(0, equals), line.substring(equals + 1));
        }
        try {
            return read(id, lines);
        } catch (DateTimeException | InvalidRequestException damaged) {
            throw new IllegalArgumentException("a value of another form", damaged);
        }
    }

    private static KeyRecord read(String id, Map<String, String> lines) {
        if (!text(lines, "form").equals("1")) {
            throw new IllegalArgumentException("a form that this release does not know");
        }
        String perMinute = lines.get("per-minute");
        CredentialOrder order = new CredentialOrder(
                text(lines, "subject"),
                new TenantId(text(lines, "tenant")),
                scopes(text(lines, "scopes")),
                lines.containsKey("expires") ? instant(lines, "expires") : null,
                perMinute == null ? null : Integer.valueOf(perMinute));
        return new KeyRecord(
                new Credential(id, order, instant(lines, "created"), instant(lines, "rotated")),
                Hash.parseAll(text(lines, "hash")),
                lines.containsKey("before")
                        ? new Before(Hash.parseAll(text(lines, "before")), instant(lines, "before-until"))
                        : null);
    }

    private static Set<String> scopes(String text) {
        List<String> all = Arrays.asList(text.split(" "));
        return text.isEmpty() ? Set.of() : new LinkedHashSet<>(all);
    }

    private static Instant instant(Map<String, String> lines, String name) {
        return Instant.parse(text(lines, name));
    }

    private static String text(Map<String, String> lines, String name) {
        String value = lines.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name);
        }
        return value;
    }
}
