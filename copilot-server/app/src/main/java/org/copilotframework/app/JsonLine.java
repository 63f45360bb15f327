package org.copilotframework.app;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.copilotframework.core.json.JsonText;
import org.jspecify.annotations.Nullable;

/**
 * An object of the command line's own as JSON on one line. What agents and plugins gave is within the limits of data, each
 * piece by itself; put into one tree with what stands around it, a piece that is at its limit would be refused.
 */
final class JsonLine {
    /** What a terminal would obey, or would turn the direction of writing; it is within texts only, and may be escaped there. */
    private static final Pattern OBEYED = Pattern.compile("[\\x7f-\\x9f\\p{Cf}\\p{Zl}\\p{Zp}]");

    private JsonLine() {}

    /** Writes an object of maps, collections, data, messages and what data may hold. */
    static String of(Map<String, ? extends @Nullable Object> object) {
        StringBuilder line = new StringBuilder();
        write(object, line);
        return OBEYED.matcher(line).replaceAll(one -> escaped(one.group()));
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(one -> escaped.append(String.format(Locale.ROOT, "\\\\u%04x", one)));
        return escaped.toString();
    }

    private static void write(@Nullable Object value, StringBuilder line) {
        if (value instanceof Map<?, ?> map) {
            line.append('{');
            String comma = "";
            for (Map.Entry<?, ?> property : map.entrySet()) {
                line.append(comma).append(JsonText.write(Data.of(property.getKey())));
                write(property.getValue(), line.append(':'));
                comma = ",";
            }
            line.append('}');
        } else if (value instanceof Collection<?> list) {
            line.append('[');
            String comma = "";
            for (Object element : list) {
                write(element, line.append(comma));
                comma = ",";
            }
            line.append(']');
        } else if (value instanceof Message message) {
            line.append(JsonText.write(message));
        } else {
            line.append(JsonText.write(Data.of(value)));
        }
    }
}
