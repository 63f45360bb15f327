package org.copilotframework.core.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.core.json.StoredJson;
import org.jspecify.annotations.Nullable;

/** An entry as JSON: in the storage, and as one line of a log. */
final class AuditForm {
    private static final String FORMAT_KEY = "format";
    private static final long FORMAT = 1;

    private AuditForm() {}

    /** One line, whatever the entry holds: nothing that ends a line, moves a cursor or turns the direction of writing is in it as it is. */
    static String line(AuditEntry entry) {
        String json = new String(StoredJson.write(tree(entry)), StandardCharsets.UTF_8);
        StringBuilder line = new StringBuilder(json.length() + 16);
        json.codePoints().forEach(point -> {
            if (isPrinted(point)) {
                line.appendCodePoint(point);
            } else {
                for (char unit : Character.toChars(point)) {
                    line.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                }
            }
        });
        return line.toString();
    }

    private static boolean isPrinted(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    static Payload store(AuditEntry entry) {
        return Payload.of(entry, AuditForm::bytes);
    }

    private static byte[] bytes(AuditEntry entry) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(FORMAT_KEY, FORMAT);
        tree.putAll(tree(entry));
        return StoredJson.write(tree);
    }

    private static Map<String, Object> tree(AuditEntry entry) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("time", entry.time().toString());
        tree.put("outcome", entry.outcome().name().toLowerCase(Locale.ROOT));
        tree.put("action", entry.action());
        tree.put("target", entry.target());
        tree.put("subject", entry.subject());
        tree.put("credential", entry.credential());
        if (entry.tenant() != null) {
            tree.put("tenant", entry.tenant().value());
        }
        tree.put("remote", entry.remote());
        tree.put("detail", entry.detail());
        return tree;
    }

    /** Empty if it is not in the form of this release. */
    static Optional<AuditEntry> read(Payload stored) {
        return stored.value(AuditEntry.class).or(() -> {
            Map<String, ?> tree = StoredJson.read(stored.bytes(), "an entry of the audit");
            if (!(tree.get(FORMAT_KEY) instanceof Number format) || format.longValue() != FORMAT) {
                return Optional.empty();
            }
            try {
                Object tenant = tree.get("tenant");
                return Optional.of(new AuditEntry(
                        Instant.parse(text(tree.get("time"))),
                        text(tree.get("subject")),
                        text(tree.get("credential")),
                        tenant == null ? null : new TenantId(tenant.toString()),
                        text(tree.get("action")),
                        text(tree.get("target")),
                        text(tree.get("remote")),
                        AuditEntry.Outcome.valueOf(text(tree.get("outcome")).toUpperCase(Locale.ROOT)),
                        text(tree.get("detail"))));
            } catch (DateTimeParseException | IllegalArgumentException | InvalidRequestException other) {
                return Optional.empty();
            }
        });
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
