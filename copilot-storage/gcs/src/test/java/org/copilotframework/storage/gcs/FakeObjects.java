package org.copilotframework.storage.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** The objects of the fake's one bucket, in the order of their names' bytes. */
final class FakeObjects {
    private final TreeMap<String, Version> objects =
            new TreeMap<>(Comparator.comparing(name -> name.getBytes(UTF_8), Arrays::compareUnsigned));
    private final java.util.Set<String> held = new java.util.HashSet<>();
    private long lastGeneration = 1_700_000_000_000_000L;

    record Version(
            String name, byte[] content, long generation, long metageneration, Instant created, JsonObject resource) {
        String type() {
            return resource.has("contentType") ? resource.get("contentType").getAsString() : "application/octet-stream";
        }

        String json() {
            JsonObject json = resource.deepCopy();
            json.addProperty("kind", "storage#object");
            json.addProperty("bucket", GcsFake.BUCKET);
            json.addProperty("name", name);
            json.addProperty("generation", Long.toString(generation));
            json.addProperty("metageneration", Long.toString(metageneration));
            json.addProperty("size", Integer.toString(content.length));
            json.addProperty("timeCreated", created.toString());
            json.addProperty("updated", created.plusMillis(metageneration).toString());
            return json.toString();
        }
    }

    /** Null if the condition does not hold. */
    synchronized Version put(
            String bucket, String name, Map<String, String> query, JsonObject resource, byte[] content) {
        if (refuted(name, query)) {
            return null;
        }
        Version version =
                new Version(name, content, ++lastGeneration, 1, Instant.now().truncatedTo(ChronoUnit.MILLIS), resource);
        objects.put(name, version);
        return version;
    }

    synchronized Version get(String bucket, String name, Map<String, String> query) {
        Version found = bucket.equals(GcsFake.BUCKET) ? objects.get(name) : null;
        String generation = query.get("generation");
        return found == null || (generation != null && !generation.equals(Long.toString(found.generation())))
                ? null
                : found;
    }

    synchronized int patch(String bucket, String name, Map<String, String> query, JsonObject changes) {
        Version found = get(bucket, name, query);
        if (found == null) {
            return 404;
        } else if (refuted(name, query)) {
            return 412;
        }
        JsonObject resource = found.resource().deepCopy();
        JsonObject metadata = resource.has("metadata") ? resource.getAsJsonObject("metadata") : new JsonObject();
        for (Map.Entry<String, JsonElement> entry :
                changes.getAsJsonObject("metadata").entrySet()) {
            metadata.add(entry.getKey(), entry.getValue());
        }
        resource.add("metadata", metadata);
        objects.put(
                name,
                new Version(
                        name,
                        found.content(),
                        found.generation(),
                        found.metageneration() + 1,
                        found.created(),
                        resource));
        return 200;
    }

    synchronized int delete(String bucket, String name, Map<String, String> query) {
        if (get(bucket, name, query) == null) {
            return 404;
        } else if (refuted(name, query)) {
            return 412;
        } else if (held.contains(name)) {
            return 403;
        }
        objects.remove(name);
        return 204;
    }

    /** From now on nobody may delete it, as under a retention policy. */
    synchronized void hold(String name) {
        held.add(name);
    }

    private boolean refuted(String name, Map<String, String> query) {
        String expected = query.get("ifGenerationMatch");
        Version found = objects.get(name);
        return expected != null && !expected.equals(found == null ? "0" : Long.toString(found.generation()));
    }

    /** Null if there is no such bucket. */
    synchronized String list(String bucket, Map<String, String> query) {
        if (!bucket.equals(GcsFake.BUCKET)) {
            return null;
        }
        String prefix = query.getOrDefault("prefix", "");
        int most = Integer.parseInt(query.getOrDefault("maxResults", "1000"));
        JsonArray items = new JsonArray();
        JsonObject page = new JsonObject();
        String from = query.getOrDefault("pageToken", query.getOrDefault("startOffset", ""));
        for (Version version :
                objects.tailMap(from, !query.containsKey("pageToken")).values()) {
            if (version.name().startsWith(prefix)) {
                if (items.size() == most) {
                    page.addProperty(
                            "nextPageToken",
                            items.get(most - 1).getAsJsonObject().get("name").getAsString());
                    break;
                }
                items.add(com.google.gson.JsonParser.parseString(version.json()));
            }
        }
        page.add("items", items);
        return page.toString();
    }

    synchronized java.util.Set<String> names() {
        return new java.util.TreeSet<>(objects.keySet());
    }
}
