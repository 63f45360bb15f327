package org.copilotframework.example.assistant;

import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;

/** What a tool takes: a model gives an object, an agent takes a text, an object or other data. */
enum Parameters {
    /** The agent takes any message: it is sent the text. */
    TEXT,
    /** The agent takes an object: it is sent the whole. */
    OBJECT,
    /** The agent takes other data, which travels in an object of one property. */
    WRAPPED;

    private static final String TEXT_PROPERTY = "text";
    private static final String WRAPPED_PROPERTY = "input";

    static Parameters of(Optional<Data> schema) {
        if (schema.isEmpty()) {
            return TEXT;
        }
        Map<String, @Nullable Object> root = schema.get().map();
        return "object".equals(root.get("type")) && root.get("properties") instanceof Map ? OBJECT : WRAPPED;
    }

    /** The JSON Schema that the model is shown. */
    JsonObjectSchema shown(Optional<Data> schema) {
        if (this == TEXT) {
            return JsonObjectSchema.builder()
                    .addStringProperty(TEXT_PROPERTY, "what to say to the agent")
                    .required(TEXT_PROPERTY)
                    .build();
        }
        Map<String, @Nullable Object> root =
                new LinkedHashMap<>(schema.orElseThrow().map());
        JsonObjectSchema.Builder builder = JsonObjectSchema.builder().definitions(raw(root.remove("$defs")));
        if (this == WRAPPED) {
            return builder.addProperties(raw(Map.of(WRAPPED_PROPERTY, root)))
                    .required(WRAPPED_PROPERTY)
                    .build();
        }
        if (root.get("required") instanceof List<?> required) {
            builder.required(required.stream().map(String::valueOf).toList());
        }
        return builder.addProperties(raw(root.get("properties"))).build();
    }

    /** The call that the model means. */
    AgentRequest request(String agent, Map<String, @Nullable Object> arguments) {
        AgentRequest.Builder request = AgentRequest.to(agent);
        return switch (this) {
            case TEXT -> request.text(text(arguments)).build();
            case OBJECT -> request.data(arguments).build();
            case WRAPPED ->
                request.data(Data.of(arguments.get(WRAPPED_PROPERTY))).build();
        };
    }

    private static String text(Map<String, @Nullable Object> arguments) {
        return arguments.get(TEXT_PROPERTY) instanceof String text ? text : Json.text(arguments);
    }

    /** As they are: LangChain4j's own schemas know less than JSON Schema. */
    private static Map<String, JsonSchemaElement> raw(@Nullable Object schemas) {
        Map<String, JsonSchemaElement> raw = new LinkedHashMap<>();
        if (schemas instanceof Map<?, ?> named) {
            named.forEach((name, schema) -> raw.put(String.valueOf(name), JsonRawSchema.from(Json.text(schema))));
        }
        return raw;
    }
}
