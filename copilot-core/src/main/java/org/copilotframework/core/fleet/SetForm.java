package org.copilotframework.core.fleet;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.core.archive.PluginVersion;
import org.copilotframework.core.fleet.PluginSet.Entry;
import org.copilotframework.core.json.JsonText;
import org.copilotframework.core.naming.NearNames;
import org.jspecify.annotations.Nullable;

/** A set of plugins as JSON, which a person can read, too. What a later release may add to it is left aside. */
final class SetForm {
    /** How large a manifest may be: some ten thousand plugins. */
    static final int MAX_BYTES = 4 << 20;

    private static final long FORMAT = 1;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private SetForm() {}

    static byte[] write(PluginSet set) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("format", FORMAT);
        tree.put("revision", set.revision());
        tree.put("plugins", set.plugins().values().stream().map(SetForm::tree).toList());
        return (JsonText.pretty(Data.of(tree)) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> tree(Entry entry) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", entry.id());
        tree.put("version", entry.version());
        tree.put("sha256", entry.digest());
        tree.put("size", entry.size());
        tree.put("archive", entry.archive());
        return tree;
    }

    /**
     * Reads a set.
     *
     * @throws InvalidRequestException if it is none, with what is wrong
     */
    static PluginSet read(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw wrong("it has more than " + MAX_BYTES + " bytes");
        }
        Map<?, ?> tree = object(JsonText.parse(text(bytes)).value(), "the manifest");
        long format = number(tree, "format", "");
        if (format != FORMAT) {
            throw wrong("it is of format " + format + ", and this release reads format " + FORMAT
                    + "; run the release that wrote it");
        }
        if (!(tree.get("plugins") instanceof List<?> plugins)) {
            throw wrong("'plugins' is not a list");
        }
        SortedMap<String, Entry> entries = new TreeMap<>();
        for (int i = 0; i < plugins.size(); i++) {
            Entry entry = entry(plugins.get(i), "plugins[" + i + "]");
            if (entries.put(entry.id(), entry) != null) {
                throw wrong("plugin " + entry.id() + " is there twice");
            }
        }
        return new PluginSet(number(tree, "revision", ""), entries);
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw wrong("it is not UTF-8");
        }
    }

    private static Entry entry(@Nullable Object value, String where) {
        Map<?, ?> tree = object(value, where);
        String id = text(tree, "id", where);
        String version = text(tree, "version", where);
        String digest = text(tree, "sha256", where);
        if (!ID.matcher(id).matches()) {
            throw wrong(where + ".id '" + NearNames.shown(id) + "' is not the id of a plugin");
        }
        try {
            PluginVersion.parse(version);
        } catch (IllegalArgumentException noVersion) {
            throw wrong(where + ".version: " + noVersion.getMessage());
        }
        if (!DIGEST.matcher(digest).matches()) {
            throw wrong(where + ".sha256 is not 64 hexadecimal digits in lower case");
        }
        return new Entry(id, version, digest, number(tree, "size", where + "."), text(tree, "archive", where));
    }

    private static Map<?, ?> object(@Nullable Object value, String where) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw wrong(where + " is not an object");
    }

    private static String text(Map<?, ?> tree, String name, String where) {
        if (tree.get(name) instanceof String text) {
            return text;
        }
        throw wrong(where + "." + name + " is not a text");
    }

    private static long number(Map<?, ?> tree, String name, String where) {
        if (tree.get(name) instanceof Long value && value >= 0) {
            return value;
        }
        throw wrong(where + name + " is not a whole number from 0");
    }

    private static InvalidRequestException wrong(String what) {
        return new InvalidRequestException(what);
    }
}
