package org.copilotframework.server.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.message.Data;
import org.copilotframework.core.json.JsonText;
import org.jspecify.annotations.Nullable;

/**
 * An operation of a description of OpenAPI, and requests that fit it.
 *
 * @param method in capitals
 * @param path with names in braces
 * @param id what a generated client calls it
 * @param parameters those of path, query and header
 * @param types what may be sent
 * @param body its schema; empty for none
 */
record DescribedOperation(
        String method,
        String path,
        String id,
        List<Parameter> parameters,
        List<String> types,
        Optional<Data> body,
        Data whole) {

    /** A parameter; where is path, query or header. */
    record Parameter(String name, String where, Data schema) {}

    static List<DescribedOperation> all(Data description) {
        List<DescribedOperation> all = new ArrayList<>();
        description
                .at("/paths")
                .orElseThrow()
                .map()
                .forEach((path, item) -> Data.of(item)
                        .map()
                        .forEach((method, operation) ->
                                all.add(of(method.toUpperCase(Locale.ROOT), path, Data.of(operation), description))));
        return all;
    }

    private static DescribedOperation of(String method, String path, Data operation, Data description) {
        List<Parameter> parameters = new ArrayList<>();
        for (Object one : operation.at("/parameters").map(Data::list).orElse(List.of())) {
            Data parameter = Data.of(one);
            parameters.add(new Parameter(
                    text(parameter, "/name"),
                    text(parameter, "/in"),
                    parameter.at("/schema").orElseThrow()));
        }
        Map<String, Object> content =
                operation.at("/requestBody/content").map(Data::map).orElse(Map.of());
        Optional<Data> body = content.values().stream()
                .findFirst()
                .flatMap(one -> Data.of(one).at("/schema"));
        return new DescribedOperation(
                method,
                path,
                text(operation, "/operationId"),
                parameters,
                List.copyOf(content.keySet()),
                body,
                description);
    }

    private static String text(Data of, String pointer) {
        return (String) of.at(pointer).orElseThrow().value();
    }

    List<Parameter> parameters(String where) {
        return parameters.stream().filter(one -> one.where().equals(where)).toList();
    }

    /**
     * Something that fits the body's schema.
     *
     * @param choice which one, where there are several ways
     */
    @Nullable
    Object sample(int choice) {
        return body.map(schema -> sample(schema.map(), choice, 0)).orElse(null);
    }

    private @Nullable Object sample(Map<String, ?> schema, int choice, int depth) {
        if (schema.get("$ref") instanceof String reference) {
            return whole.at(reference.substring(1))
                    .map(found -> sample(found.map(), choice, depth + 1))
                    .orElse("a");
        } else if (schema.get("enum") instanceof List<?> constants) {
            return constants.get(0);
        } else if (schema.get("properties") instanceof Map<?, ?> properties) {
            Map<String, Object> sample = new LinkedHashMap<>();
            Set<Object> others = others(schema, choice);
            properties.forEach((name, one) -> {
                if (depth < 6 && !others.contains(name) && one instanceof Map<?, ?> property) {
                    sample.put((String) name, sample(Data.of(property).map(), choice, depth + 1));
                }
            });
            return sample;
        }
        Object type = schema.get("type") instanceof List<?> several ? several.get(0) : schema.get("type");
        return switch (String.valueOf(type)) {
            case "integer", "number" -> 1;
            case "boolean" -> true;
            case "array" ->
                schema.get("items") instanceof Map<?, ?> items && depth < 6
                        ? List.of(sample(Data.of(items).map(), choice, depth + 1))
                        : List.of();
            case "object" -> Map.of();
            default ->
                switch (String.valueOf(schema.get("format"))) {
                    case "duration" -> "PT30S";
                    case "date-time" -> "2099-01-01T00:00:00Z";
                    default -> "1";
                };
        };
    }

    /** What only the other ways have, where a schema has several. */
    private static Set<Object> others(Map<String, ?> schema, int choice) {
        Object ways = schema.containsKey("anyOf") ? schema.get("anyOf") : schema.get("oneOf");
        Set<Object> others = new HashSet<>();
        if (ways instanceof List<?> several) {
            several.forEach(way -> others.addAll(required(way)));
            others.removeAll(required(several.get(Math.floorMod(choice, several.size()))));
        }
        return others;
    }

    private static List<?> required(@Nullable Object way) {
        return way instanceof Map<?, ?> map && map.get("required") instanceof List<?> names ? names : List.of();
    }

    /** A tree as JSON, its bytes in Latin-1. */
    static String written(@Nullable Object tree) {
        byte[] utf8 = JsonText.write(Data.of(tree)).getBytes(StandardCharsets.UTF_8);
        return new String(utf8, StandardCharsets.ISO_8859_1);
    }
}
