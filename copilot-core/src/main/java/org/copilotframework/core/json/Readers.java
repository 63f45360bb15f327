package org.copilotframework.core.json;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.deser.KeyDeserializers;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.type.ArrayType;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;
import tools.jackson.databind.type.ReferenceType;

/** Which reader Jackson uses for which type: ours for all but lists, maps and arrays of objects, and none for what is left. */
final class Readers extends Deserializers.Base implements KeyDeserializers {
    private final Defaults defaults;

    Readers(Defaults defaults) {
        this.defaults = defaults;
    }

    @Override
    public boolean hasDeserializerFor(DeserializationConfig config, Class<?> type) {
        return false;
    }

    @Override
    public ValueDeserializer<?> findBeanDeserializer(
            JavaType type, DeserializationConfig config, BeanDescription.Supplier description) {
        Class<?> raw = type.getRawClass();
        Scalar<?> scalar = Scalars.of(raw);
        if (scalar != null) {
            return scalar.reader();
        } else if (raw == Object.class || raw == Data.class) {
            return new AnyReader(raw == Data.class);
        } else if (raw.isRecord()) {
            return new RecordReader(type, defaults);
        }
        throw Shape.unsupported(raw);
    }

    @Override
    public ValueDeserializer<?> findEnumDeserializer(
            JavaType type, DeserializationConfig config, BeanDescription.Supplier description) {
        return findBeanDeserializer(type, config, description);
    }

    @Override
    public ValueDeserializer<?> findTreeNodeDeserializer(
            JavaType type, DeserializationConfig config, BeanDescription.Supplier description) {
        throw Shape.unsupported(type.getRawClass());
    }

    @Override
    public ValueDeserializer<?> findReferenceDeserializer(
            ReferenceType type,
            DeserializationConfig config,
            BeanDescription.Supplier description,
            @Nullable TypeDeserializer typed,
            @Nullable ValueDeserializer<?> content) {
        throw Shape.unsupported(type.getRawClass());
    }

    /** Jackson's own readers of primitive arrays take texts for numbers. */
    @Override
    public @Nullable ValueDeserializer<?> findArrayDeserializer(
            ArrayType type,
            DeserializationConfig config,
            BeanDescription.Supplier description,
            @Nullable TypeDeserializer typed,
            @Nullable ValueDeserializer<?> content) {
        if (type.getRawClass() == byte[].class) {
            return findBeanDeserializer(type, config, description);
        }
        return type.getContentType().isPrimitive() ? new PrimitivesReader(type.getContentType()) : null;
    }

    @Override
    public KeyDeserializer findKeyDeserializer(
            JavaType type, DeserializationConfig config, BeanDescription.Supplier description) {
        Scalar<?> scalar = type.getRawClass() == Object.class ? Scalars.of(String.class) : Scalars.of(type.getRawClass());
        if (scalar == null || !Scalars.isText(scalar)) {
            throw Shape.unsupported(java.util.Map.class);
        }
        return new KeyDeserializer() {
            @Override
            public Object deserializeKey(String key, DeserializationContext context) {
                try {
                    return scalar.parse(key);
                } catch (JacksonException wrong) {
                    throw wrong.prependPath(scalar.type(), key);
                }
            }
        };
    }

    /** Lists, maps and arrays as Jackson reads them, but never from null and never from a single value. */
    static final class Containers extends ValueDeserializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public ValueDeserializer<?> modifyArrayDeserializer(
                DeserializationConfig config, ArrayType type, BeanDescription.Supplier description, ValueDeserializer<?> reader) {
            return type.getContentType().isPrimitive() ? reader : new Container(reader, JsonToken.START_ARRAY);
        }

        @Override
        public ValueDeserializer<?> modifyCollectionDeserializer(
                DeserializationConfig config,
                CollectionType type,
                BeanDescription.Supplier description,
                ValueDeserializer<?> reader) {
            return new Container(reader, JsonToken.START_ARRAY);
        }

        @Override
        public ValueDeserializer<?> modifyMapDeserializer(
                DeserializationConfig config, MapType type, BeanDescription.Supplier description, ValueDeserializer<?> reader) {
            return new Container(reader, JsonToken.START_OBJECT);
        }
    }

    private static final class Container extends DelegatingDeserializer {
        private final JsonToken start;

        Container(ValueDeserializer<?> reader, JsonToken start) {
            super(reader);
            this.start = start;
        }

        @Override
        protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> reader) {
            return new Container(reader, start);
        }

        @Override
        public Object deserialize(JsonParser from, DeserializationContext context) {
            if (from.currentToken() != start) {
                throw Misfit.expected(words(), Readers.found(from));
            }
            return super.deserialize(from, context);
        }

        @Override
        public Object getNullValue(DeserializationContext context) {
            throw Misfit.expected(words(), null);
        }

        private String words() {
            return start == JsonToken.START_ARRAY ? "an array" : "an object";
        }
    }

    private static final class AnyReader extends ValueDeserializer<Object> {
        private final boolean data;

        AnyReader(boolean data) {
            this.data = data;
        }

        @Override
        public @Nullable Object deserialize(JsonParser from, DeserializationContext context) {
            Object tree = DataTokens.read(from);
            return data ? Data.of(tree) : tree;
        }

        @Override
        public @Nullable Object getNullValue(DeserializationContext context) {
            return data ? Data.of(null) : null;
        }
    }

    private static final class PrimitivesReader extends ValueDeserializer<Object> {
        private final JavaType element;

        PrimitivesReader(JavaType element) {
            this.element = element;
        }

        @Override
        public Object deserialize(JsonParser from, DeserializationContext context) {
            if (from.currentToken() != JsonToken.START_ARRAY) {
                throw Misfit.expected("an array", found(from));
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

    /** What stands there, as far as a message shows it. */
    static @Nullable Object found(JsonParser from) {
        return switch (from.currentToken()) {
            case START_OBJECT -> java.util.Map.of();
            case START_ARRAY -> List.of();
            default -> DataTokens.scalar(from);
        };
    }
}
