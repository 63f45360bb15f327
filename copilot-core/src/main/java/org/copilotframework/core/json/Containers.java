package org.copilotframework.core.json;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.type.ArrayType;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;

/** Lists, maps and arrays as Jackson reads them, but never from null and never from a single value. */
final class Containers extends ValueDeserializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public ValueDeserializer<?> modifyArrayDeserializer(
            DeserializationConfig config,
            ArrayType type,
            BeanDescription.Supplier description,
            ValueDeserializer<?> reader) {
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
            DeserializationConfig config,
            MapType type,
            BeanDescription.Supplier description,
            ValueDeserializer<?> reader) {
        return new Container(reader, JsonToken.START_OBJECT);
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
}
