package org.copilotframework.storage.dynamodb;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** One item of the table. It is filled by one thread and then only read. */
final class Item {
    private final Map<String, AttributeValue> attributes;

    Item(Map<String, AttributeValue> attributes) {
        this.attributes = attributes;
    }

    static Item at(Key key) {
        return new Item(new HashMap<>(key.attributes()));
    }

    Item with(String name, @Nullable String value) {
        return with(name, value == null ? null : AttributeValue.fromS(value));
    }

    Item with(String name, @Nullable Long value) {
        return with(name, value == null ? null : AttributeValue.fromN(Long.toString(value)));
    }

    Item with(String name, Instant value) {
        return with(name, Times.millis(value));
    }

    Item with(String name, @Nullable AttributeValue value) {
        if (value != null) {
            attributes.put(name, value);
        }
        return this;
    }

    Map<String, AttributeValue> attributes() {
        return attributes;
    }

    Key key() {
        return new Key(text(TableDesign.PARTITION), bytes(TableDesign.SORT));
    }

    boolean has(String name) {
        return attributes.containsKey(name);
    }

    @Nullable
    AttributeValue get(String name) {
        return attributes.get(name);
    }

    String text(String name) {
        return need(name).s();
    }

    Optional<String> maybe(String name) {
        return Optional.ofNullable(attributes.get(name)).map(AttributeValue::s);
    }

    long number(String name) {
        return Long.parseLong(need(name).n());
    }

    long number(String name, long otherwise) {
        AttributeValue value = attributes.get(name);
        return value == null ? otherwise : Long.parseLong(value.n());
    }

    Instant time(String name) {
        return Instant.ofEpochMilli(number(name));
    }

    SdkBytes bytes(String name) {
        return need(name).b();
    }

    private AttributeValue need(String name) {
        AttributeValue value = attributes.get(name);
        if (value == null) {
            throw new IllegalStateException("the item has no attribute '" + name + "': somebody else wrote it");
        }
        return value;
    }

    /** About what DynamoDB counts as its size. */
    long size() {
        long size = 0;
        for (Map.Entry<String, AttributeValue> attribute : attributes.entrySet()) {
            size += length(attribute.getKey()) + size(attribute.getValue());
        }
        return size;
    }

    private static long size(AttributeValue value) {
        return switch (value.type()) {
            case S -> length(value.s());
            case B -> value.b().asByteArrayUnsafe().length;
            case N -> value.n().length();
            case NS -> value.ns().stream().mapToLong(String::length).sum();
            case M ->
                3
                        + value.m().entrySet().stream()
                                .mapToLong(entry -> 1 + length(entry.getKey()) + size(entry.getValue()))
                                .sum();
            default -> 1;
        };
    }

    private static long length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
