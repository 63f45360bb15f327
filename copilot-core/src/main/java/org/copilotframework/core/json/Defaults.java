package org.copilotframework.core.json;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;

/** What stands where a component with a @Default is absent. Read anew each time, since a list among the values may be changed. */
final class Defaults {
    /** Reads data into a type, with Jackson's exceptions. */
    interface Reader {
        Object read(Data data, JavaType type);
    }

    private record Key(JavaType type, String text) {}

    private final Reader reader;
    private final Map<Key, Data> known = new ConcurrentHashMap<>();

    Defaults(Reader reader) {
        this.reader = reader;
    }

    Object value(JavaType type, Shape.Component component) {
        return reader.read(data(type, component), type);
    }

    /** The default as data: JSON if that is of the component's type, else the text. */
    Data data(JavaType type, Shape.Component component) {
        String text = java.util.Objects.requireNonNull(component.fallback());
        Key key = new Key(type, text);
        Data data = known.get(key);
        if (data == null) {
            data = first(type, text, component);
            known.put(key, data);
        }
        return data;
    }

    private Data first(JavaType type, String text, Shape.Component component) {
        try {
            Data json = JsonText.parse(text);
            reader.read(json, type);
            return json;
        } catch (InvalidRequestException | JacksonException notJson) {
            try {
                Data plain = Data.of(text);
                reader.read(plain, type);
                return plain;
            } catch (InvalidRequestException | JacksonException notText) {
                throw new Misfit("the @Default(\"" + text + "\") of " + component.javaName() + " is no "
                        + type.getRawClass().getSimpleName());
            }
        }
    }
}
