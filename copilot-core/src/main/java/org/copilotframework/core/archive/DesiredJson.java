package org.copilotframework.core.archive;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/** The set of plugins as JSON. By the streaming parser alone: data binding would cost a start more than all the rest here. */
final class DesiredJson {
    private static final int VERSION = 1;
    private static final JsonFactory JSON = new JsonFactory();

    private DesiredJson() {}

    static byte[] write(Collection<DesiredSet.Entry> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeNumberProperty("version", VERSION);
            json.writeObjectPropertyStart("plugins");
            for (DesiredSet.Entry entry : entries) {
                json.writeRaw('\n');
                json.writeObjectPropertyStart(entry.id());
                if (entry.current() != null) {
                    json.writeStringProperty("current", entry.current());
                }
                json.writeStringProperty("origin", entry.origin().name().toLowerCase(Locale.ROOT));
                if (entry.file() != null) {
                    json.writeStringProperty("file", entry.file());
                }
                writeDigests(json, "history", entry.history());
                writeDigests(json, "dismissed", new TreeSet<>(entry.dismissed()));
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /**
     * Reads the set.
     *
     * @throws tools.jackson.core.JacksonException if it is no such JSON
     * @throws InvalidRequestException if another release wrote it
     */
    static SortedMap<String, DesiredSet.Entry> read(byte[] bytes, String file) {
        SortedMap<String, DesiredSet.Entry> entries = new TreeMap<>();
        boolean versioned = false;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            expect(json, json.nextToken(), JsonToken.START_OBJECT);
            while (expectNameOrEnd(json)) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("version")) {
                    checkVersion(json, file);
                    versioned = true;
                } else if (name.equals("plugins")) {
                    expect(json, json.currentToken(), JsonToken.START_OBJECT);
                    while (expectNameOrEnd(json)) {
                        DesiredSet.Entry entry = entry(json, json.currentName());
                        entries.put(entry.id(), entry);
                    }
                } else {
                    throw new StreamReadException(json, "unknown field '" + Names.shown(name) + "'");
                }
            }
            if (!versioned) {
                throw new StreamReadException(json, "no field 'version'");
            }
            if (json.nextToken() != null) {
                throw new StreamReadException(json, "text after the end");
            }
        }
        return entries;
    }

    private static void checkVersion(JsonParser json, String file) {
        expect(json, json.currentToken(), JsonToken.VALUE_NUMBER_INT);
        if (json.getIntValue() != VERSION) {
            throw new InvalidRequestException(
                    file + " is of version " + json.getIntValue() + ", this release reads version " + VERSION
                            + "; run the release that wrote it, or move the file away and install the plugins again");
        }
    }

    private static DesiredSet.Entry entry(JsonParser json, String id) {
        expect(json, json.nextToken(), JsonToken.START_OBJECT);
        String current = null;
        String file = null;
        DesiredSet.Origin origin = null;
        List<String> history = List.of();
        List<String> dismissed = List.of();
        while (expectNameOrEnd(json)) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "current" -> current = text(json);
                case "origin" -> origin = origin(json);
                case "file" -> file = text(json);
                case "history" -> history = digests(json);
                case "dismissed" -> dismissed = digests(json);
                default -> throw new StreamReadException(json, "unknown field '" + Names.shown(name) + "'");
            }
        }
        if (origin == null) {
            throw new StreamReadException(json, "'" + Names.shown(id) + "' has no origin");
        }
        return new DesiredSet.Entry(id, current, origin, file, history, new TreeSet<>(dismissed));
    }

    private static DesiredSet.Origin origin(JsonParser json) {
        String text = text(json);
        for (DesiredSet.Origin origin : DesiredSet.Origin.values()) {
            if (origin.name().toLowerCase(Locale.ROOT).equals(text)) {
                return origin;
            }
        }
        throw new StreamReadException(json, "unknown origin '" + Names.shown(text) + "'");
    }

    private static String text(JsonParser json) {
        expect(json, json.currentToken(), JsonToken.VALUE_STRING);
        return json.getString();
    }

    private static List<String> digests(JsonParser json) {
        expect(json, json.currentToken(), JsonToken.START_ARRAY);
        List<String> digests = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            digests.add(text(json));
        }
        return digests;
    }

    private static void writeDigests(JsonGenerator json, String name, Collection<String> digests) {
        if (!digests.isEmpty()) {
            json.writeArrayPropertyStart(name);
            digests.forEach(json::writeString);
            json.writeEndArray();
        }
    }

    private static boolean expectNameOrEnd(JsonParser json) {
        JsonToken token = json.nextToken();
        if (token == JsonToken.END_OBJECT) {
            return false;
        }
        expect(json, token, JsonToken.PROPERTY_NAME);
        return true;
    }

    private static void expect(JsonParser json, @Nullable JsonToken token, JsonToken expected) {
        if (token != expected) {
            throw new StreamReadException(json, "expected " + expected + ", not " + token);
        }
    }
}
