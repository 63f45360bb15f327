package org.copilotframework.api.spi.blob;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * What a file is written with, and when it is written at all. A condition is looked at when the content is complete, in one step
 * with its becoming visible: of several who write under one condition one succeeds.
 *
 * <pre>{@code
 * blobs.write(tenant, "report.pdf", BlobOptions.NONE.contentType("application/pdf").ifAbsent(), out -> ...);
 * }</pre>
 */
public final class BlobOptions {
    /** No media type, no metadata, no condition. */
    public static final BlobOptions NONE = new BlobOptions(null, Map.of(), false, null);

    private static final int MAX_METADATA = 1_500;
    private static final Pattern TYPE =
            Pattern.compile("[!#$&^_.+\\w-]{1,100}/[!#$&^_.+\\w-]{1,100}( ?; ?[\\w.-]+=[\\w.\"-]+)*");
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7E]([\\x20-\\x7E]*[\\x21-\\x7E])?");

    private final @Nullable String contentType;
    private final Map<String, String> metadata;
    private final boolean absent;
    private final @Nullable String version;

    private BlobOptions(
            @Nullable String contentType, Map<String, String> metadata, boolean absent, @Nullable String version) {
        this.contentType = contentType;
        this.metadata = metadata;
        this.absent = absent;
        this.version = version;
    }

    /**
     * Gives the media type.
     *
     * @param type such as {@code application/pdf}, at most 255 characters
     * @return these options with it
     * @throws InvalidRequestException if it has another form
     */
    public BlobOptions contentType(String type) {
        if (type.length() > 255 || !TYPE.matcher(type).matches()) {
            throw new InvalidRequestException("contentType: must be a media type such as application/pdf");
        }
        return new BlobOptions(type, metadata, absent, version);
    }

    /**
     * Gives the metadata, in place of what was given before.
     *
     * @param entries names of lower-case letters, digits and {@code _} that begin with a letter, at most 64 characters; values of
     *     printable ASCII without blanks at their ends; at most 1,500 characters together
     * @return these options with it
     * @throws InvalidRequestException if it has another form; what every store can keep is the measure
     */
    public BlobOptions metadata(Map<String, String> entries) {
        int characters = 0;
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            characters += entry.getKey().length() + entry.getValue().length();
            if (!KEY.matcher(entry.getKey()).matches()) {
                throw new InvalidRequestException("metadata: a name has 1 to 64 lower-case letters, digits and '_', and"
                        + " begins with a letter");
            } else if (!VALUE.matcher(entry.getValue()).matches()) {
                throw new InvalidRequestException("metadata: the value of '" + entry.getKey()
                        + "' must be printable ASCII, not empty and without blanks at its ends");
            }
        }
        if (characters > MAX_METADATA) {
            throw new InvalidRequestException(
                    "metadata: has " + characters + " characters, and at most " + MAX_METADATA + " are kept");
        }
        return new BlobOptions(contentType, Map.copyOf(entries), absent, version);
    }

    /**
     * Writes only if there is no file of the name.
     *
     * @return these options with that condition in place of another
     */
    public BlobOptions ifAbsent() {
        return new BlobOptions(contentType, metadata, true, null);
    }

    /**
     * Writes only in place of one version.
     *
     * <p>Where a store's own condition is a digest of the content, as in S3, one thing is not seen: of two who write the very
     * bytes that are there already under one version, at the same moment and with other metadata, both may succeed; the metadata
     * are those of the later. No content is lost by it.
     *
     * @param expected as {@link BlobInfo#version()} tells it
     * @return these options with that condition in place of another
     */
    public BlobOptions ifVersion(String expected) {
        return new BlobOptions(contentType, metadata, false, Objects.requireNonNull(expected, "expected"));
    }

    /**
     * The media type.
     *
     * @return what was given, or {@code application/octet-stream}
     */
    public String contentType() {
        return contentType == null ? "application/octet-stream" : contentType;
    }

    /**
     * What is kept beside the content.
     *
     * @return names and values; cannot be changed
     */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * Whether there must be no file yet.
     *
     * @return true after {@link #ifAbsent()}
     */
    public boolean onlyIfAbsent() {
        return absent;
    }

    /**
     * Which version must be there.
     *
     * @return what {@link #ifVersion} was given, or null if any or none may be there
     */
    public @Nullable String onlyIfVersion() {
        return version;
    }
}
