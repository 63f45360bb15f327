package org.copilotframework.core.json;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.agent.JsonCodec;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;

/**
 * The host's JSON for one generation of a plugin. Make one for each generation and let it go with it: all that is known of the
 * plugin's classes is kept in this object and in nothing static. Safe for use by several threads.
 *
 * <p>Reading is strict. A component of a record is required unless it is {@link java.util.Optional}, has a {@link
 * org.copilotframework.api.agent.Default}, or is annotated {@link Nullable}; properties that are not known are refused; nothing
 * is coerced. The schema says the same.
 */
public final class HostJson implements JsonCodec {
    private final Map<Type, Data> described = new ConcurrentHashMap<>();
    private volatile @Nullable JsonMachine machine;

    /** Makes a codec that knows no type yet. Cheap: Jackson, hundreds of classes, is not loaded before the first use. */
    public HostJson() {}

    @Override
    public <T> T read(Data data, Class<T> type) {
        @SuppressWarnings("unchecked") // A primitive class literal is a Class of its boxed type.
        T read = (T) read(data, (Type) type);
        return read;
    }

    @Override
    public Object read(Data data, Type type) {
        return machine().read(data, type);
    }

    @Override
    public Data write(Object object) {
        Objects.requireNonNull(object, "object");
        return object instanceof Data data ? data : Data.of(machine().write(object));
    }

    @Override
    public Data schema(Type type) {
        Data schema = described.get(type);
        if (schema == null) {
            schema = machine().schema(type);
            described.put(type, schema);
        }
        return schema;
    }

    private JsonMachine machine() {
        JsonMachine made = machine;
        if (made == null) {
            synchronized (this) {
                made = machine;
                if (made == null) {
                    made = new JsonMachine();
                    machine = made;
                }
            }
        }
        return made;
    }
}
