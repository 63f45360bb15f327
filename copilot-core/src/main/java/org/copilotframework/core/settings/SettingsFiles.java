package org.copilotframework.core.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;

/** Reads the files that settings come from. A file that is not there says nothing. */
final class SettingsFiles {
    private static final Pattern VARIABLE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.]*)\\s*=\\s*(.*)");

    private SettingsFiles() {}

    static Map<String, String> properties(Path file) {
        Map<String, String> values = new HashMap<>();
        if (Files.exists(file)) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException wrong) {
                throw unreadable(file, wrong);
            }
            properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name).strip()));
        }
        return values;
    }

    /** Lines of NAME=value, as shells and other tools read them: quotes around a value are not part of it. */
    static Map<String, String> dotEnv(Path file) {
        Map<String, String> values = new HashMap<>();
        if (Files.exists(file)) {
            List<String> lines;
            try {
                lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            } catch (IOException wrong) {
                throw unreadable(file, wrong);
            }
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (!line.isEmpty() && !line.startsWith("#")) {
                    Matcher matcher = VARIABLE.matcher(line);
                    if (!matcher.matches()) {
                        throw new InvalidRequestException("line " + (i + 1) + " of " + file + " is not NAME=value");
                    }
                    values.put(matcher.group(1), unquoted(matcher.group(2)));
                }
            }
        }
        return values;
    }

    private static String unquoted(String value) {
        char first = value.isEmpty() ? ' ' : value.charAt(0);
        boolean quoted = value.length() > 1 && (first == '"' || first == '\'') && value.charAt(value.length() - 1) == first;
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static InvalidRequestException unreadable(Path file, Exception wrong) {
        return new InvalidRequestException("the settings file " + file + " cannot be read as UTF-8 text: " + wrong.getMessage());
    }
}
