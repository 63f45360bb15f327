package org.copilotframework.api.spi.storage;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Content that a store keeps and gives back without looking into it. What the bytes mean is the writer's affair: the
 * orchestrator writes JSON as UTF-8, and a decorator may put something encrypted in its place.
 *
 * <p>A payload that was made of an object is turned into bytes when somebody first asks for them, so a store in memory never
 * pays for that. Immutable and safe for use by several threads.
 */
public final class Payload {
    private static final Payload EMPTY = new Payload(null, new byte[0], null);

    private final @Nullable Object value;
    private final @Nullable Function<Object, byte[]> encoder;
    private volatile byte @Nullable [] bytes;

    private Payload(@Nullable Object value, byte @Nullable [] bytes, @Nullable Function<Object, byte[]> encoder) {
        this.value = value;
        this.bytes = bytes;
        this.encoder = encoder;
    }

    /**
     * A payload of bytes.
     *
     * @param bytes the content; not copied, so it must not be changed any more
     * @return the payload
     */
    public static Payload of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Payload(null, bytes, null);
    }

    /**
     * A payload of an object.
     *
     * @param value an immutable object of the host or the JDK, never of a plugin
     * @param encoder turns it into bytes, always the same ones; called at most a few times, by any thread
     * @param <T> the object's type
     * @return the payload
     */
    @SuppressWarnings("unchecked")
    public static <T> Payload of(T value, Function<? super T, byte[]> encoder) {
        return new Payload(
                Objects.requireNonNull(value, "value"), null, (Function<Object, byte[]>) (Function<?, byte[]>) encoder);
    }

    /**
     * The content.
     *
     * @return the bytes, not copied: they must not be changed
     */
    public byte[] bytes() {
        byte[] known = bytes;
        if (known == null) {
            known = Objects.requireNonNull(encoder).apply(Objects.requireNonNull(value));
            bytes = known;
        }
        return known;
    }

    /**
     * The object this payload was made of, for a reader in the same process.
     *
     * @param type what the reader expects
     * @param <T> what the reader expects
     * @return the object, or empty if the payload was made of bytes, or of an object of another type
     */
    public <T> Optional<T> value(Class<T> type) {
        return type.isInstance(value) ? Optional.of(type.cast(value)) : Optional.empty();
    }

    /** {@return whether the other payload has the same bytes} */
    @Override
    public boolean equals(@Nullable Object other) {
        return other == this || (other instanceof Payload that && Arrays.equals(bytes(), that.bytes()));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes());
    }

    /** {@return its size, never its content} */
    @Override
    public String toString() {
        byte[] known = bytes;
        return known == null ? "Payload[not encoded]" : "Payload[" + known.length + " bytes]";
    }
}
