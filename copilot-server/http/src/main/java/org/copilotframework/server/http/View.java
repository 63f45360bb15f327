package org.copilotframework.server.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a kind of things looks in JSON, and the schema that says so: both from one definition. What is not there has no property.
 *
 * @param name what the schema is called
 */
record View<T>(String name, List<Property<T>> properties) {
    /**
     * A property.
     *
     * @param value gives the value, or empty if there is none
     */
    record Property<T>(
            String name, Map<String, @Nullable Object> schema, boolean required, Function<T, Optional<?>> value) {}

    static <T> View<T> of(String name) {
        return new View<>(name, List.of());
    }

    View<T> text(String property, String description, Function<T, String> value) {
        return always(property, Schema.said(Schema.text(), description), value);
    }

    View<T> whole(String property, String description, Function<T, Long> value) {
        return always(property, Schema.said(Schema.whole(), description), value);
    }

    View<T> time(String property, String description, Function<T, Instant> value) {
        return always(
                property,
                Schema.said(Schema.time(), description),
                of -> value.apply(of).toString());
    }

    <E extends Enum<E>> View<T> oneOf(String property, Class<E> constants, String description, Function<T, E> value) {
        return always(property, Schema.said(Schema.oneOf(constants), description), of -> Schema.lower(value.apply(of)));
    }

    View<T> texts(String property, String description, Function<T, ? extends Iterable<String>> value) {
        return always(property, Schema.said(Schema.list(Schema.text()), description), of -> {
            List<String> all = new ArrayList<>();
            value.apply(of).forEach(all::add);
            return all;
        });
    }

    <E> View<T> list(String property, View<E> elements, String description, Function<T, List<E>> value) {
        return always(
                property,
                Schema.said(Schema.list(Schema.reference(elements.name())), description),
                of -> value.apply(of).stream().map(elements::of).toList());
    }

    View<T> always(String property, Map<String, @Nullable Object> schema, Function<T, ?> value) {
        return and(new Property<>(property, schema, true, of -> Optional.of(value.apply(of))));
    }

    /** A property that is there only where there is a value. */
    View<T> maybe(String property, Map<String, @Nullable Object> schema, Function<T, Optional<?>> value) {
        return and(new Property<>(property, schema, false, value));
    }

    private View<T> and(Property<T> property) {
        List<Property<T>> more = new ArrayList<>(properties);
        more.add(property);
        return new View<>(name, List.copyOf(more));
    }

    /** The thing as JSON. */
    Map<String, @Nullable Object> of(T thing) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        properties.forEach(one -> one.value().apply(thing).ifPresent(value -> object.put(one.name(), value)));
        return object;
    }

    Map<String, @Nullable Object> schema() {
        Map<String, Map<String, @Nullable Object>> schemas = new LinkedHashMap<>();
        properties.forEach(one -> schemas.put(one.name(), one.schema()));
        List<String> required = properties.stream()
                .filter(Property::required)
                .map(Property::name)
                .toList();
        return Schema.object(schemas, required);
    }
}
