package org.copilotframework.core.json;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;

/** Reads an array of primitives, each element as the scalar of its type is read. */
final class PrimitivesReader extends ValueDeserializer<Object> {
    private final JavaType element;

    PrimitivesReader(JavaType element) {
        this.element = element;
    }

    @Override
    public Object deserialize(JsonParser from, DeserializationContext context) {
        if (from.currentToken() != JsonToken.START_ARRAY) {
            throw Misfit.expected("an array", Readers.found(from));
        }
        ValueDeserializer<Object> reader = context.findNonContextualValueDeserializer(element);
        List<Object> values = new ArrayList<>();
        try {
            while (from.nextToken() != JsonToken.END_ARRAY) {
                values.add(reader.deserialize(from, context));
            }
        } catch (JacksonException wrong) {
            throw wrong.prependPath(values, values.size());
        }
        Object array = Array.newInstance(element.getRawClass(), values.size());
        for (int i = 0; i < values.size(); i++) {
            Array.set(array, i, values.get(i));
        }
        return array;
    }

    @Override
    public Object getNullValue(DeserializationContext context) {
        throw Misfit.expected("an array", null);
    }
}
