package org.copilotframework.core.json;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.agent.JsonCodec;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.TypeFactory;
import tools.jackson.databind.util.TokenBuffer;

/**
 * The host's JSON for one generation of a plugin. Make one for each generation and let it go with it: all that is known of the
 * plugin's classes is kept in this object and in nothing static. Safe for use by several threads.
 *
 * <p>Reading is strict. A component of a record is required unless it is {@link java.util.Optional}, has a {@link
 * org.copilotframework.api.agent.Default}, or is annotated {@link Nullable}; properties that are not known are refused; nothing
 * is coerced. The schema says the same.
 */
public final class HostJson implements JsonCodec {
    private record Machine(JsonMapper mapper, Schemas schemas) {}

    private final Map<Type, Data> described = new ConcurrentHashMap<>();
    private volatile @Nullable Machine machine;

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
        return spoken(() -> fit(data, mapper().getTypeFactory().constructType(type)));
    }

    @Override
    public Data write(Object object) {
        Objects.requireNonNull(object, "object");
        return object instanceof Data data ? data : Data.of(spoken(() -> tree(object)));
    }

    @Override
    public Data schema(Type type) {
        Data schema = described.get(type);
        if (schema == null) {
            schema = spoken(() -> machine().schemas().of(type));
            described.put(type, schema);
        }
        return schema;
    }

    private Object fit(Data data, JavaType type) {
        TokenBuffer tokens = TokenBuffer.forGeneration();
        DataTokens.write(data.value(), tokens);
        try (JsonParser parser = tokens.asParser()) {
            Object value = mapper().readValue(parser, type);
            if (value == null) {
                throw Misfit.expected("a value", null);
            }
            return value;
        }
    }

    private @Nullable Object tree(Object object) {
        TokenBuffer tokens = TokenBuffer.forGeneration();
        mapper().writeValue(new BoundedTokens(tokens), object);
        try (JsonParser parser = tokens.asParser()) {
            parser.nextToken();
            return DataTokens.read(parser);
        }
    }

    private JsonMapper mapper() {
        return machine().mapper();
    }

    private Machine machine() {
        Machine made = machine;
        if (made == null) {
            synchronized (this) {
                made = machine;
                if (made == null) {
                    Defaults defaults = new Defaults(this::fit);
                    JsonMapper mapper = mapper(defaults);
                    made = new Machine(mapper, new Schemas(mapper, defaults));
                    machine = made;
                }
            }
        }
        return made;
    }

    private interface Step<T extends @Nullable Object> {
        T run();
    }

    private static <T extends @Nullable Object> T spoken(Step<T> step) {
        try {
            return step.run();
        } catch (JacksonException wrong) {
            throw Misfit.translated(wrong);
        }
    }

    /** No module is looked up, no annotation of Jackson is read, and no type is ever named by data. */
    private static JsonMapper mapper(Defaults defaults) {
        SimpleModule module = new SimpleModule("copilot") {
            private static final long serialVersionUID = 1L;

            @Override
            public void setupModule(SetupContext context) {
                Readers readers = new Readers(defaults);
                context.addDeserializers(readers);
                context.addKeyDeserializers(readers);
                context.addDeserializerModifier(new Readers.Containers());
                context.addSerializers(new Writers());
                context.addKeySerializers(new Writers.Keys());
            }
        };
        return JsonMapper.builder()
                .typeFactory(TypeFactory.createDefaultInstance())
                .disable(tools.jackson.databind.MapperFeature.USE_ANNOTATIONS)
                .addModule(module)
                .build();
    }
}
