package org.copilotframework.storage.redis;

import io.lettuce.core.KeyValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.copilotframework.api.spi.storage.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A list in the reply of a script. Its elements are bytes, numbers, lists of the same, or null.
 *
 * @param elements the elements
 */
record Reply(List<? extends @Nullable Object> elements) {
    /** The fields of a hash, in the order in which they were asked for. */
    static Reply of(List<KeyValue<String, byte[]>> fields) {
        List<byte @Nullable []> elements = new ArrayList<>();
        fields.forEach(field -> elements.add(field.getValueOrElse(null)));
        return new Reply(elements);
    }

    int size() {
        return elements.size();
    }

    boolean isEmpty() {
        return elements.isEmpty();
    }

    boolean has(int index) {
        return index < elements.size() && elements.get(index) != null;
    }

    byte[] bytes(int index) {
        return (byte[]) Objects.requireNonNull(elements.get(index));
    }

    Payload payload(int index) {
        return Payload.of(bytes(index));
    }

    String text(int index) {
        return new String(bytes(index), StandardCharsets.UTF_8);
    }

    @Nullable
    String textOrNull(int index) {
        return has(index) ? text(index) : null;
    }

    long number(int index) {
        return elements.get(index) instanceof Long number ? number : Long.parseLong(text(index));
    }

    Instant time(int index) {
        return Instant.ofEpochMilli(number(index));
    }

    @SuppressWarnings("unchecked")
    Reply list(int index) {
        return new Reply((List<? extends @Nullable Object>) Objects.requireNonNull(elements.get(index)));
    }

    /** The elements of a list of lists. */
    List<Reply> lists() {
        return IntStream.range(0, size()).mapToObj(this::list).toList();
    }
}
