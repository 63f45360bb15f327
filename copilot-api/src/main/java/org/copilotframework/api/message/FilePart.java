package org.copilotframework.api.message;

import java.net.URI;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file: either its bytes, or where it lies. Immutable. */
public final class FilePart implements Part {
    private final String name;
    private final String mediaType;
    private final byte @Nullable [] bytes;
    private final @Nullable URI uri;

    private FilePart(String name, String mediaType, byte @Nullable [] bytes, @Nullable URI uri) {
        this.name = Objects.requireNonNull(name, "name");
        this.mediaType = Objects.requireNonNull(mediaType, "mediaType");
        this.bytes = bytes;
        this.uri = uri;
    }

    /**
     * A file carried within the message.
     *
     * @param name its name, for a person; not a path
     * @param mediaType its media type, such as {@code application/pdf}
     * @param bytes its content, copied
     * @return the part
     */
    public static FilePart of(String name, String mediaType, byte[] bytes) {
        return new FilePart(name, mediaType, bytes.clone(), null);
    }

    /**
     * A file that lies elsewhere.
     *
     * @param name its name, for a person; not a path
     * @param mediaType its media type
     * @param uri where it lies; the receiver decides whether he may and will read it
     * @return the part
     */
    public static FilePart at(String name, String mediaType, URI uri) {
        return new FilePart(name, mediaType, null, Objects.requireNonNull(uri, "uri"));
    }

    /**
     * The file's name, for a person.
     *
     * @return the name as it was given; a receiver must not use it as a path unchecked
     */
    public String name() {
        return name;
    }

    /**
     * The file's media type.
     *
     * @return the media type as it was given
     */
    public String mediaType() {
        return mediaType;
    }

    /**
     * The content, if it is carried within the message.
     *
     * @return a copy of the bytes, or empty if the file lies elsewhere
     */
    public Optional<byte[]> bytes() {
        return Optional.ofNullable(bytes).map(byte[]::clone);
    }

    /**
     * Where the file lies, if it is not carried within the message.
     *
     * @return the address, or empty
     */
    public Optional<URI> uri() {
        return Optional.ofNullable(uri);
    }

    @Override
    public long weight() {
        return name.length() + (bytes == null ? 0L : bytes.length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FilePart that
                && name.equals(that.name)
                && mediaType.equals(that.mediaType)
                && Arrays.equals(bytes, that.bytes)
                && Objects.equals(uri, that.uri);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, mediaType, Arrays.hashCode(bytes), uri);
    }

    @Override
    public String toString() {
        return "FilePart[" + name + ", " + mediaType + (bytes == null ? ", " + uri : ", " + bytes.length + " bytes")
                + "]";
    }
}
