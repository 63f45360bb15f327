package org.copilotframework.core.json;

import com.fasterxml.jackson.annotation.JsonFormat;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.Serializers;
import tools.jackson.databind.type.ArrayType;
import tools.jackson.databind.type.ReferenceType;

/** Which writer Jackson uses for which type: ours for all but lists, maps and arrays of objects, and none for what is left. */
final class Writers extends Serializers.Base {
    @Override
    public ValueSerializer<?> findSerializer(
            SerializationConfig config,
            JavaType type,
            BeanDescription.Supplier description,
            JsonFormat.@Nullable Value format) {
        Class<?> raw = Enum.class.isAssignableFrom(type.getRawClass()) ? enumOf(type.getRawClass()) : type.getRawClass();
        Scalar<?> scalar = Scalars.of(raw);
        if (scalar != null) {
            return scalar.writer();
        } else if (raw.isRecord()) {
            return new RecordWriter(raw);
        } else if (raw == Data.class) {
            return new DataWriter();
        } else if (java.time.ZoneId.class.isAssignableFrom(raw)) {
            return java.util.Objects.requireNonNull(Scalars.of(java.time.ZoneId.class)).writer();
        }
        throw Shape.unsupported(raw);
    }

    @Override
    public ValueSerializer<?> findEnumSerializer(
            SerializationConfig config,
            JavaType type,
            BeanDescription.Supplier description,
            JsonFormat.@Nullable Value format) {
        return findSerializer(config, type, description, format);
    }

    @Override
    public ValueSerializer<?> findReferenceSerializer(
            SerializationConfig config,
            ReferenceType type,
            BeanDescription.Supplier description,
            JsonFormat.@Nullable Value format,
            @Nullable TypeSerializer typed,
            @Nullable ValueSerializer<Object> content) {
        throw Shape.unsupported(type.getRawClass());
    }

    @Override
    public @Nullable ValueSerializer<?> findArraySerializer(
            SerializationConfig config,
            ArrayType type,
            BeanDescription.Supplier description,
            JsonFormat.@Nullable Value format,
            @Nullable TypeSerializer typed,
            @Nullable ValueSerializer<Object> content) {
        Scalar<?> scalar = Scalars.of(type.getRawClass());
        return scalar == null ? null : scalar.writer();
    }

    /** A constant with a body is of a class of its own. */
    private static Class<?> enumOf(Class<?> type) {
        return type.isEnum() || type == Enum.class ? type : type.getSuperclass();
    }

    private static final class DataWriter extends ValueSerializer<Data> {
        @Override
        public void serialize(Data data, JsonGenerator to, SerializationContext context) {
            DataTokens.write(data.value(), to);
        }
    }

    /** Writes a map's keys as the same texts as its values. */
    static final class Keys extends Serializers.Base {
        @Override
        public ValueSerializer<?> findSerializer(
                SerializationConfig config,
                JavaType type,
                BeanDescription.Supplier description,
                JsonFormat.@Nullable Value format) {
            return new ValueSerializer<Object>() {
                @Override
                public void serialize(Object key, JsonGenerator to, SerializationContext context) {
                    to.writeName(text(key));
                }
            };
        }

        @Override
        public ValueSerializer<?> findEnumSerializer(
                SerializationConfig config,
                JavaType type,
                BeanDescription.Supplier description,
                JsonFormat.@Nullable Value format) {
            return findSerializer(config, type, description, format);
        }

        private static String text(Object key) {
            if (key instanceof String text) {
                return text;
            } else if (key instanceof Enum<?> constant) {
                return Scalars.nameOf(constant);
            }
            Scalar<?> scalar = Scalars.of(key.getClass());
            if (scalar == null || !Scalars.isText(scalar)) {
                throw Shape.unsupported(java.util.Map.class);
            }
            return (String) written(scalar, key);
        }

        private static <T> Object written(Scalar<T> scalar, Object value) {
            return scalar.write().apply(scalar.type().cast(value));
        }
    }
}
