package org.copilotframework.core.json;

import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/** Reads whatever stands there as JDK values, or as {@link Data}. */
final class AnyReader extends ValueDeserializer<Object> {
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
