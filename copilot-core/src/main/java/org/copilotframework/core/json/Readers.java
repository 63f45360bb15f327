package org.copilotframework.core.json;

import java.util.List;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.deser.KeyDeserializers;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.type.ArrayType;
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
        Scalar<?> scalar =
                type.getRawClass() == Object.class ? Scalars.of(String.class) : Scalars.of(type.getRawClass());
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

    /** What stands there, as far as a message shows it. */
    static @Nullable Object found(JsonParser from) {
        return switch (from.currentToken()) {
            case START_OBJECT -> java.util.Map.of();
            case START_ARRAY -> List.of();
            default -> DataTokens.scalar(from);
        };
    }
}
