package org.copilotframework.storage.azure;

import com.sun.net.httpserver.Headers;
import java.io.ByteArrayOutputStream;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The blobs of the fake's one container, in the order of their names, and the blocks of which none is made yet. */
final class FakeBlobs {
    private final TreeMap<String, Stored> blobs = new TreeMap<>();
    private final Map<String, Map<String, byte[]>> blocks = new HashMap<>();
    private long lastVersion = 0x8DC0000L;

    record Stored(
            String name, byte[] content, String etag, String modified, String type, Map<String, String> metadata) {}

    record Outcome(Stored blob, int status, String refused) {}

    synchronized void stage(String name, String id, byte[] content) {
        blocks.computeIfAbsent(name, any -> new HashMap<>()).put(id, content);
    }

    synchronized Outcome commit(String name, List<String> ids, Headers asked) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (String id : ids) {
            byte[] block = blocks.getOrDefault(name, Map.of()).get(id);
            if (block == null) {
                return new Outcome(null, 400, "InvalidBlockList");
            }
            content.writeBytes(block);
        }
        return put(name, content.toByteArray(), asked);
    }

    /** Makes the service forget the blocks of whoever writes the same. */
    synchronized Outcome put(String name, byte[] content, Headers asked) {
        Stored found = blobs.get(name);
        if ("*".equals(asked.getFirst("If-None-Match")) && found != null) {
            return new Outcome(null, 409, "BlobAlreadyExists");
        } else if (refuted(found, asked)) {
            return new Outcome(null, 412, "ConditionNotMet");
        }
        Map<String, String> metadata = new HashMap<>();
        asked.forEach((key, values) -> {
            String lower = key.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-ms-meta-")) {
                metadata.put(lower.substring("x-ms-meta-".length()), values.get(0));
            }
        });
        Stored made = new Stored(
                name,
                content,
                "\"0x" + Long.toHexString(++lastVersion).toUpperCase(Locale.ROOT) + "\"",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)),
                asked.getFirst("x-ms-blob-content-type"),
                metadata);
        blobs.put(name, made);
        blocks.remove(name);
        return new Outcome(made, 201, null);
    }

    private static boolean refuted(Stored found, Headers asked) {
        String match = asked.getFirst("If-Match");
        return match != null && (found == null || !match.equals(found.etag()));
    }

    synchronized Stored get(String name) {
        return blobs.get(name);
    }

    /** Null if it is deleted now. */
    synchronized String delete(String name, Headers asked) {
        Stored found = blobs.get(name);
        if (found == null) {
            return "BlobNotFound";
        } else if (refuted(found, asked)) {
            return "ConditionNotMet";
        }
        blobs.remove(name);
        return null;
    }

    synchronized List<Stored> from(String name, String prefix) {
        return blobs.tailMap(name).values().stream()
                .filter(blob -> blob.name().startsWith(prefix))
                .toList();
    }

    synchronized Set<String> names() {
        return new TreeSet<>(blobs.keySet());
    }

    synchronized int blocks() {
        return blocks.values().stream().mapToInt(Map::size).sum();
    }
}
