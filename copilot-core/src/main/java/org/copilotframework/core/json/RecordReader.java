package org.copilotframework.core.json;

import java.lang.reflect.InvocationTargetException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.core.naming.NearNames;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;

/** Reads a record: nothing unknown, nothing missing, null only where it is allowed. */
final class RecordReader extends ValueDeserializer<Object> {
    private final JavaType type;
    private final Shape shape;
    private final Defaults defaults;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final JavaType[] types;
    private final ValueDeserializer<?>[] readers;

    RecordReader(JavaType type, Defaults defaults) {
        this.type = type;
        this.shape = Shape.of(type.getRawClass());
        this.defaults = defaults;
        int count = shape.components().size();
        this.types = new JavaType[count];
        this.readers = new ValueDeserializer<?>[count];
        for (int i = 0; i < count; i++) {
            indexes.put(shape.components().get(i).name(), i);
        }
    }

    /** Called by Jackson once this reader is known for its type, so that a record may hold its own kind. */
    @Override
    public void resolve(DeserializationContext context) {
        for (int i = 0; i < readers.length; i++) {
            Shape.Component component = shape.components().get(i);
            try {
                types[i] = context.getTypeFactory().resolveMemberType(component.type(), type.getBindings());
                readers[i] = context.findContextualValueDeserializer(types[i], null);
            } catch (JacksonException wrong) {
                throw wrong.prependPath(type.getRawClass(), component.name());
            }
        }
    }

    @Override
    public Object deserialize(JsonParser from, DeserializationContext context) {
        if (from.currentToken() != JsonToken.START_OBJECT) {
            throw Misfit.expected("an object", from.currentToken() == JsonToken.START_ARRAY ? List.of() : DataTokens.scalar(from));
        }
        @Nullable Object[] values = new @Nullable Object[readers.length];
        BitSet present = new BitSet(readers.length);
        for (String name = from.nextName(); name != null; name = from.nextName()) {
            Integer index = indexes.get(name);
            if (index == null) {
                throw unknown(name);
            }
            from.nextToken();
            values[index] = value(index, from, context);
            present.set(index);
        }
        for (int i = present.nextClearBit(0); i < values.length; i = present.nextClearBit(i + 1)) {
            values[i] = absent(i, context);
        }
        return made(values);
    }

    @Override
    public Object getNullValue(DeserializationContext context) {
        throw Misfit.expected("an object", null);
    }

    private @Nullable Object value(int index, JsonParser from, DeserializationContext context) {
        Shape.Component component = shape.components().get(index);
        try {
            if (from.currentToken() != JsonToken.VALUE_NULL) {
                Object value = readers[index].deserialize(from, context);
                return component.optional() ? Optional.of(value) : value;
            } else if (component.optional()) {
                return Optional.empty();
            }
            return component.nullable() ? null : readers[index].getNullValue(context);
        } catch (JacksonException wrong) {
            throw wrong.prependPath(type.getRawClass(), component.name());
        }
    }

    private @Nullable Object absent(int index, DeserializationContext context) {
        Shape.Component component = shape.components().get(index);
        if (component.fallback() != null) {
            Object value = defaults.value(types[index], component);
            return component.optional() ? Optional.of(value) : value;
        } else if (component.optional()) {
            return Optional.empty();
        } else if (component.nullable()) {
            return null;
        }
        Misfit missing = new Misfit("is missing and required" + (component.doc() == null ? "" : ": " + component.doc()));
        throw missing.prependPath(type.getRawClass(), component.name());
    }

    private Object made(@Nullable Object[] values) {
        try {
            return shape.constructor().newInstance(values);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof VirtualMachineError exhausted) {
                throw exhausted;
            }
            throw new Misfit(said(thrown.getCause()));
        } catch (ReflectiveOperationException closed) {
            throw new Misfit("no " + type.getRawClass().getSimpleName() + " can be made: its constructor cannot be called");
        }
    }

    private JacksonException unknown(String name) {
        List<String> known = shape.components().stream().map(Shape.Component::name).toList();
        List<String> near = NearNames.of(name, known);
        String words = "is not known here"
                + (near.isEmpty() ? "" : "; did you mean '" + near.get(0) + "'?")
                + (known.isEmpty() ? "; there are no properties" : "; the properties are " + String.join(", ", known));
        return new Misfit(words).prependPath(type.getRawClass(), name);
    }

    private static String said(@Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        return message == null || message.isBlank() ? "the values do not go together" : message;
    }
}
