package org.copilotframework.core.json;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.DataPart;
import org.copilotframework.api.message.FilePart;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Part;
import org.copilotframework.api.message.Role;
import org.copilotframework.api.message.TextPart;
import org.jspecify.annotations.Nullable;

/** The stable JSON form of a message. It is stored and sent, so it only ever grows. */
final class MessageTree {
    private MessageTree() {}

    static Map<String, @Nullable Object> of(Message message) {
        List<@Nullable Object> parts = new ArrayList<>();
        message.parts().forEach(part -> parts.add(of(part)));
        return object("role", message.role().name().toLowerCase(Locale.ROOT), "parts", parts);
    }

    /**
     * Reads a message.
     *
     * @param strict whether keys that are not known are refused, as a mistake of whoever wrote them; what is stored may have
     *     been written by a newer version
     */
    static Message read(@Nullable Object tree, boolean strict) {
        Map<?, ?> message = object(tree, "", strict, Set.of("role", "parts"));
        Role role = role(message.get("role"));
        if (!(message.get("parts") instanceof List<?> list)) {
            throw InvalidRequestException.at("/parts", "an array of parts is expected");
        }
        List<Part> parts = new ArrayList<>(list.size());
        for (Object part : list) {
            parts.add(part(part, "/parts/" + parts.size(), strict));
        }
        return new Message(role, parts);
    }

    private static Map<String, @Nullable Object> of(Part part) {
        if (part instanceof TextPart text) {
            return object("text", text.text());
        } else if (part instanceof DataPart data) {
            return object("data", data.data().value());
        } else if (part instanceof FilePart file) {
            Map<String, @Nullable Object> tree = object("name", file.name(), "mediaType", file.mediaType());
            file.bytes()
                    .ifPresent(bytes -> tree.put("bytes", Base64.getEncoder().encodeToString(bytes)));
            file.uri().ifPresent(uri -> tree.put("uri", uri.toString()));
            return object("file", tree);
        }
        throw new IllegalStateException("a kind of part without a JSON form: " + part.getClass());
    }

    private static Role role(@Nullable Object role) {
        return switch (String.valueOf(role)) {
            case "user" -> Role.USER;
            case "agent" -> Role.AGENT;
            default -> throw InvalidRequestException.at("/role", "one of user, agent is expected");
        };
    }

    private static Part part(@Nullable Object tree, String at, boolean strict) {
        Map<?, ?> part = object(tree, at, strict, Set.of("text", "data", "file"));
        if (part.size() != 1) {
            throw InvalidRequestException.at(at, "exactly one of text, data, file is expected");
        } else if (part.containsKey("text")) {
            return new TextPart(text(part, "text", at));
        } else if (part.containsKey("data")) {
            return new DataPart(FaceJson.data(part.get("data"), at + "/data"));
        }
        return file(part.get("file"), at + "/file", strict);
    }

    private static FilePart file(@Nullable Object tree, String at, boolean strict) {
        Map<?, ?> file = object(tree, at, strict, Set.of("name", "mediaType", "bytes", "uri"));
        String name = text(file, "name", at);
        String mediaType = text(file, "mediaType", at);
        if (file.containsKey("bytes") == file.containsKey("uri")) {
            throw InvalidRequestException.at(at, "either bytes or uri is expected");
        } else if (file.containsKey("bytes")) {
            try {
                return FilePart.of(name, mediaType, Base64.getDecoder().decode(text(file, "bytes", at)));
            } catch (IllegalArgumentException wrong) {
                throw InvalidRequestException.at(at + "/bytes", "a text in Base64 is expected");
            }
        }
        try {
            return FilePart.at(name, mediaType, new URI(text(file, "uri", at)));
        } catch (URISyntaxException wrong) {
            throw InvalidRequestException.at(at + "/uri", "a URI is expected");
        }
    }

    private static String text(Map<?, ?> of, String key, String at) {
        if (of.get(key) instanceof String text) {
            return text;
        }
        throw InvalidRequestException.at(at + "/" + key, "a text is expected");
    }

    private static Map<?, ?> object(@Nullable Object tree, String at, boolean strict, Set<String> known) {
        if (!(tree instanceof Map<?, ?> map)) {
            throw InvalidRequestException.at(at, "an object is expected");
        }
        if (!strict) {
            Map<Object, @Nullable Object> read = new LinkedHashMap<>(map);
            read.keySet().retainAll(known);
            return read;
        }
        for (Object key : map.keySet()) {
            if (!known.contains(key)) {
                throw InvalidRequestException.at(
                        at + "/" + Pointers.token(key),
                        "is not known here; known are " + String.join(", ", new java.util.TreeSet<>(known)));
            }
        }
        return map;
    }

    private static Map<String, @Nullable Object> object(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            object.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return object;
    }
}
