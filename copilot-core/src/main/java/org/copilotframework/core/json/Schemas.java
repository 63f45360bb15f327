package org.copilotframework.core.json;

import com.fasterxml.classmate.ResolvedType;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON Schemas that say what {@link Readers} does. */
final class Schemas {
    private final JsonMapper mapper;
    private final Defaults defaults;
    private final Map<Class<?>, Map<String, Shape.Component>> components = new ConcurrentHashMap<>();
    private @Nullable SchemaGenerator generator;

    Schemas(JsonMapper mapper, Defaults defaults) {
        this.mapper = mapper;
        this.defaults = defaults;
    }

    /** The generator keeps state while it works, so one schema is made at a time. */
    synchronized Data of(Type type) {
        SchemaGenerator made = generator;
        if (made == null) {
            made = generator();
            generator = made;
        }
        return JsonText.parse(made.generateSchema(type).toString());
    }

    private SchemaGenerator generator() {
        OptionPreset preset = new OptionPreset(
                Option.SCHEMA_VERSION_INDICATOR,
                Option.NONPUBLIC_NONSTATIC_FIELDS_WITH_GETTERS,
                Option.NONPUBLIC_NONSTATIC_FIELDS_WITHOUT_GETTERS,
                Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT,
                Option.ALLOF_CLEANUP_AT_THE_END,
                Option.DUPLICATE_MEMBER_ATTRIBUTE_CLEANUP_AT_THE_END);
        SchemaGeneratorConfigBuilder config =
                new SchemaGeneratorConfigBuilder(mapper, SchemaVersion.DRAFT_2020_12, preset);
        config.forTypesInGeneral()
                .withPropertySorter((one, other) -> 0)
                .withCustomDefinitionProvider(this::definition)
                .withDescriptionResolver(
                        scope -> described(scope.getType().getErasedType().getAnnotation(Doc.class)));
        config.forFields()
                .withPropertyNameOverrideResolver(field -> component(field).name())
                .withTargetTypeOverridesResolver(Schemas::withoutOptional)
                .withNullableCheck(
                        field -> component(field).optional() || component(field).nullable())
                .withRequiredCheck(field -> component(field).required())
                .withDescriptionResolver(field -> field.isFakeContainerItemScope()
                        ? null
                        : component(field).doc())
                .withDefaultResolver(field -> field.isFakeContainerItemScope() ? null : fallback(field));
        return new SchemaGenerator(config.build());
    }

    private @Nullable CustomDefinition definition(ResolvedType type, SchemaGenerationContext context) {
        Class<?> raw = type.getErasedType();
        Scalar<?> scalar = Scalars.of(raw);
        if (scalar != null) {
            return inline(node(scalar.schema()));
        } else if (raw == Object.class || raw == Data.class) {
            return inline(mapper.createObjectNode());
        } else if (Map.class.isAssignableFrom(raw)) {
            return inline(map(type, context));
        } else if (raw.isRecord() || raw.isArray() || Collection.class.isAssignableFrom(raw)) {
            return null;
        }
        throw Shape.unsupported(raw);
    }

    private ObjectNode map(ResolvedType type, SchemaGenerationContext context) {
        List<ResolvedType> types = type.typeParametersFor(Map.class);
        Class<?> key = types.isEmpty() ? String.class : types.get(0).getErasedType();
        Scalar<?> scalar = Scalars.of(key == Object.class ? String.class : key);
        if (scalar == null || !Scalars.isText(scalar)) {
            throw Shape.unsupported(Map.class);
        }
        ObjectNode schema = mapper.createObjectNode().put("type", "object");
        if (scalar.schema().size() > 1) {
            schema.set("propertyNames", node(scalar.schema()));
        }
        if (!types.isEmpty() && types.get(1).getErasedType() != Object.class) {
            schema.set("additionalProperties", context.createDefinitionReference(types.get(1)));
        }
        return schema;
    }

    private @Nullable Object fallback(FieldScope field) {
        Shape.Component component = component(field);
        if (component.fallback() == null) {
            return null;
        }
        JavaType type = mapper.getTypeFactory().constructType(component.type());
        return mapper.valueToTree(defaults.data(type, component));
    }

    private Shape.Component component(FieldScope field) {
        Class<?> record = field.getDeclaringType().getErasedType();
        Shape.Component component =
                components.computeIfAbsent(record, Schemas::byJavaName).get(field.getDeclaredName());
        return java.util.Objects.requireNonNull(component);
    }

    private static Map<String, Shape.Component> byJavaName(Class<?> record) {
        return Shape.of(record).components().stream()
                .collect(java.util.stream.Collectors.toMap(Shape.Component::javaName, component -> component));
    }

    private static @Nullable List<ResolvedType> withoutOptional(FieldScope field) {
        ResolvedType type = field.getType();
        return type.getErasedType() == Optional.class ? type.typeParametersFor(Optional.class) : null;
    }

    private static @Nullable String described(@Nullable Doc doc) {
        return doc == null ? null : doc.value();
    }

    private ObjectNode node(Map<String, Object> schema) {
        return mapper.valueToTree(Data.of(schema));
    }

    private static CustomDefinition inline(ObjectNode schema) {
        return new CustomDefinition(schema, CustomDefinition.INLINE_DEFINITION, CustomDefinition.INCLUDING_ATTRIBUTES);
    }
}
