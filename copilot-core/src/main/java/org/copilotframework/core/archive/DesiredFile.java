package org.copilotframework.core.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * The set of plugins as properties: {@code <id>.current}, {@code <id>.origin} and so on. The JDK reads these without more; to
 * load a JSON parser for them would cost a start more than all the rest here.
 */
final class DesiredFile {
    private static final String VERSION = "1";
    private static final Set<String> FIELDS = Set.of("current", "origin", "file", "folder", "history", "dismissed");

    private DesiredFile() {}

    static byte[] write(Collection<DesiredPlugin> entries) {
        StringBuilder text = new StringBuilder("# Which plugins shall run. Written by the host.\n");
        line(text, "version", VERSION);
        // A file that was cut off must not pass for one that names fewer plugins.
        line(text, "plugins", Integer.toString(entries.size()));
        for (DesiredPlugin entry : entries) {
            line(text, entry.id() + ".current", entry.current());
            line(text, entry.id() + ".origin", entry.origin().name().toLowerCase(Locale.ROOT));
            line(text, entry.id() + ".file", entry.file());
            line(text, entry.id() + ".folder", entry.folder());
            line(text, entry.id() + ".history", joined(entry.history()));
            line(text, entry.id() + ".dismissed", joined(new TreeSet<>(entry.dismissed())));
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Not by {@link Properties#store}: it writes the time on top, for which the JDK loads calendars and names of zones. */
    private static void line(StringBuilder text, String name, @Nullable String value) {
        if (value != null) {
            escape(text, name);
            text.append('=');
            escape(text, value);
            text.append('\n');
        }
    }

    private static void escape(StringBuilder text, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c > ' ' && c < 0x7F && "\\=:#!".indexOf(c) < 0) {
                text.append(c);
            } else {
                text.append("\\u").append(HexFormat.of().toHexDigits(c));
            }
        }
    }

    private static @Nullable String joined(Collection<String> digests) {
        return digests.isEmpty() ? null : String.join(",", digests);
    }

    /**
     * Reads the set.
     *
     * @throws IllegalArgumentException if this is no such file, with what is wrong
     * @throws InvalidRequestException if another release wrote it
     */
    static SortedMap<String, DesiredPlugin> read(byte[] bytes, String file) {
        Properties all = new Properties();
        try {
            all.load(new ByteArrayInputStream(bytes));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        checkVersion((String) all.remove("version"), file);
        String count = (String) all.remove("plugins");
        SortedMap<String, DesiredPlugin> entries = new TreeMap<>();
        for (String name : new TreeSet<>(all.stringPropertyNames())) {
            int dot = name.lastIndexOf('.');
            if (dot < 1 || !FIELDS.contains(name.substring(dot + 1))) {
                throw new IllegalArgumentException("unknown field '" + Names.shown(name) + "'");
            }
            String id = name.substring(0, dot);
            if (!entries.containsKey(id)) {
                entries.put(id, entry(id, all));
            }
        }
        if (!Integer.toString(entries.size()).equals(count)) {
            throw new IllegalArgumentException("it names " + entries.size() + " plugins, and says there are " + count);
        }
        return entries;
    }

    private static void checkVersion(@Nullable String version, String file) {
        if (version == null || !version.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("no number under 'version'");
        } else if (!version.equals(VERSION)) {
            throw new InvalidRequestException(file + " is of version " + version + ", this release reads version "
                    + VERSION + "; run the release that wrote it, or move the file away and install the plugins again");
        }
    }

    private static DesiredPlugin entry(String id, Properties all) {
        return new DesiredPlugin(
                id,
                all.getProperty(id + ".current"),
                origin(id, all.getProperty(id + ".origin")),
                all.getProperty(id + ".file"),
                all.getProperty(id + ".folder"),
                split(all.getProperty(id + ".history")),
                new TreeSet<>(split(all.getProperty(id + ".dismissed"))));
    }

    private static List<String> split(@Nullable String digests) {
        return digests == null ? List.of() : List.of(digests.split(","));
    }

    private static DesiredPlugin.Origin origin(String id, @Nullable String text) {
        for (DesiredPlugin.Origin origin : DesiredPlugin.Origin.values()) {
            if (origin.name().toLowerCase(Locale.ROOT).equals(text)) {
                return origin;
            }
        }
        throw new IllegalArgumentException("'" + Names.shown(id)
                + (text == null ? "' has no origin" : "' has the unknown origin '" + Names.shown(text) + "'"));
    }
}
