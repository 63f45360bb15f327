package org.copilotframework.api.message;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * An immutable tree of JDK values with the shape of JSON: {@link Map} with text keys in order, {@link List}, {@link String},
 * {@link Boolean}, {@link Long}, {@link BigInteger}, {@link Double}, {@link BigDecimal} and null.
 *
 * <p>It never holds an object of a plugin, so a reply can outlive the plugin that gave it. It is bounded in {@linkplain
 * #MAX_DEPTH depth} and {@linkplain #MAX_NODES size}, so walking it is safe.
 */
public final class Data {
    /** The most levels a tree may have. */
    public static final int MAX_DEPTH = 64;

    /** The most values a tree may have in all. */
    public static final int MAX_NODES = 1_000_000;

    private final @Nullable Object value;
    private final long weight;

    private Data(@Nullable Object value, long weight) {
        this.value = value;
        this.weight = weight;
    }

    /**
     * Copies a tree. Whole numbers of the smaller types become {@link Long}, {@link Float} becomes {@link Double}, {@link
     * Character} becomes {@link String}; a {@code Data} within the tree is taken as its value.
     *
     * @param tree a value of the types above, which may be null
     * @return an immutable copy
     * @throws InvalidRequestException if the tree is too deep or too large, holds a cycle, a number that is not finite, a key
     *     that is not text, or an object of another type; names the place
     */
    public static Data of(@Nullable Object tree) {
        if (tree instanceof Data data) {
            return data;
        }
        Copier copier = new Copier();
        Object copy = copier.copy(tree, 0);
        return new Data(copy, copier.weight);
    }

    /**
     * The tree.
     *
     * @return an unmodifiable map or list, a text, number or boolean, or null
     */
    public @Nullable Object value() {
        return value;
    }

    /**
     * The tree as an object.
     *
     * @return an unmodifiable map in the order of its making, empty if the tree is not an object; its values may be null
     */
    @SuppressWarnings("unchecked")
    public Map<String, @Nullable Object> map() {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }

    /**
     * The tree as an array.
     *
     * @return an unmodifiable list, empty if the tree is not an array; its values may be null
     */
    @SuppressWarnings("unchecked")
    public List<@Nullable Object> list() {
        return value instanceof List<?> list ? (List<@Nullable Object>) list : List.of();
    }

    /**
     * Finds one place in the tree.
     *
     * @param pointer a JSON pointer (RFC 6901), such as {@code /orders/0/id}; empty for the whole
     * @return what is there, or empty if there is nothing or null
     */
    public Optional<Data> at(String pointer) {
        if (pointer.isEmpty()) {
            return value == null ? Optional.empty() : Optional.of(this);
        }
        if (pointer.charAt(0) != '/') {
            throw new InvalidRequestException("a JSON pointer begins with '/': " + pointer);
        }
        Object place = value;
        for (String token : pointer.substring(1).split("/", -1)) {
            String key = token.replace("~1", "/").replace("~0", "~");
            if (place instanceof Map<?, ?> map) {
                place = map.get(key);
            } else if (place instanceof List<?> list && key.matches("0|[1-9][0-9]{0,8}")) {
                int index = Integer.parseInt(key);
                place = index < list.size() ? list.get(index) : null;
            } else {
                return Optional.empty();
            }
        }
        return place == null ? Optional.empty() : Optional.of(of(place));
    }

    /**
     * How much this tree weighs against the limit on a message's size.
     *
     * @return a lower bound of its size as UTF-8 JSON, in bytes; constant-time
     */
    public long weight() {
        return weight;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Data that && java.util.Objects.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hashCode(value);
    }

    @Override
    public String toString() {
        return String.valueOf(value);
    }

    /** Walks the given tree once, counting as it copies. The path is built only when it is needed for a message. */
    private static final class Copier {
        private int nodes;
        private long weight;

        @Nullable
        Object copy(@Nullable Object tree, int depth) {
            if (depth > MAX_DEPTH) {
                throw InvalidRequestException.at(
                        "", "the data is nested deeper than " + MAX_DEPTH + " levels, or holds a cycle");
            }
            if (++nodes > MAX_NODES) {
                throw InvalidRequestException.at("", "the data has more than " + MAX_NODES + " values");
            }
            weight++;
            if (tree == null || tree instanceof Boolean || tree instanceof Long) {
                return tree;
            } else if (tree instanceof String text) {
                weight += text.length();
                return text;
            } else if (tree instanceof Data data) {
                return copy(data.value, depth);
            } else if (tree instanceof Map<?, ?> map) {
                return copyMap(map, depth);
            } else if (tree instanceof Iterable<?> list) {
                return copyList(list, depth);
            }
            return copyScalar(tree);
        }

        private Map<String, @Nullable Object> copyMap(Map<?, ?> map, int depth) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>(map.size() * 2);
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (!(entry.getKey() instanceof String key)) {
                    throw InvalidRequestException.at("", "a key in the data is not text: " + kind(entry.getKey()));
                }
                weight += key.length();
                try {
                    copy.put(key, copy(entry.getValue(), depth + 1));
                } catch (InvalidRequestException wrong) {
                    throw within(key, wrong);
                }
            }
            return Collections.unmodifiableMap(copy);
        }

        private List<@Nullable Object> copyList(Iterable<?> list, int depth) {
            List<@Nullable Object> copy = new ArrayList<>();
            for (Object element : list) {
                try {
                    copy.add(copy(element, depth + 1));
                } catch (InvalidRequestException wrong) {
                    throw within(Integer.toString(copy.size()), wrong);
                }
            }
            return Collections.unmodifiableList(copy);
        }

        private static Object copyScalar(Object tree) {
            if (tree instanceof Integer || tree instanceof Short || tree instanceof Byte) {
                return ((Number) tree).longValue();
            } else if (tree instanceof Double || tree instanceof Float) {
                double number = ((Number) tree).doubleValue();
                if (!Double.isFinite(number)) {
                    throw InvalidRequestException.at("", number + " is not a number that JSON has");
                }
                return number;
            } else if (tree.getClass() == BigInteger.class || tree.getClass() == BigDecimal.class) {
                return tree;
            } else if (tree instanceof Character) {
                return tree.toString();
            }
            throw InvalidRequestException.at(
                    "",
                    "data holds maps, lists, text, numbers, booleans and null, not " + kind(tree)
                            + "; turn a record into data with the context's json()");
        }

        private static String kind(@Nullable Object object) {
            return object == null ? "null" : object.getClass().getName();
        }

        private static InvalidRequestException within(String key, InvalidRequestException wrong) {
            String inner = wrong.pointer().orElse("");
            String outer = "/" + key.replace("~", "~0").replace("/", "~1") + inner;
            String prefix = (inner.isEmpty() ? "/" : inner) + ": ";
            return InvalidRequestException.at(outer, wrong.getMessage().substring(prefix.length()));
        }
    }
}
