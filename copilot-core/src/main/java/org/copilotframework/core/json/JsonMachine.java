package org.copilotframework.core.json;

import java.lang.reflect.Type;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.TypeFactory;
import tools.jackson.databind.util.TokenBuffer;

/** What {@link HostJson} makes at its first use: Jackson, set up to our rules. Its exceptions leave in our words. */
final class JsonMachine {
    private final JsonMapper mapper;
    private final Schemas schemas;

    JsonMachine() {
        Defaults defaults = new Defaults(this::fit);
        this.mapper = mapper(defaults);
        this.schemas = new Schemas(mapper, defaults);
    }

    Object read(Data data, Type type) {
        return spoken(() -> fit(data, mapper.getTypeFactory().constructType(type)));
    }

    @Nullable
    Object write(Object object) {
        return spoken(() -> tree(object));
    }

    Data schema(Type type) {
        return spoken(() -> schemas.of(type));
    }

    private Object fit(Data data, JavaType type) {
        TokenBuffer tokens = TokenBuffer.forGeneration();
        DataTokens.write(data.value(), tokens);
        try (JsonParser parser = tokens.asParser()) {
            Object value = mapper.readValue(parser, type);
            if (value == null) {
                throw Misfit.expected("a value", null);
            }
            return value;
        }
    }

    private @Nullable Object tree(Object object) {
        TokenBuffer tokens = TokenBuffer.forGeneration();
        mapper.writeValue(new BoundedTokens(tokens), object);
        try (JsonParser parser = tokens.asParser()) {
            parser.nextToken();
            return DataTokens.read(parser);
        }
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
                context.addDeserializerModifier(new Containers());
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
