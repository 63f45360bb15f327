package org.copilotframework.core.json;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/** JSON as bytes, for what the orchestrator stores and reads again: one object, as large as what was written. */
public final class StoredJson {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Data.MAX_DEPTH + 8)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxTokenCount(Long.MAX_VALUE)
                    .build())
            .build();

    /** For text with a surrogate that stands alone, which UTF-8 cannot hold as it is. */
    private static final JsonFactory ESCAPING =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private StoredJson() {}

    /**
     * Writes an object.
     *
     * @param tree of the types that {@link Data} holds
     * @return the JSON as UTF-8
     */
    public static byte[] write(Map<String, ?> tree) {
        try {
            return write(tree, FACTORY);
        } catch (StreamWriteException loneSurrogate) {
            return write(tree, ESCAPING);
        }
    }

    private static byte[] write(Map<String, ?> tree, JsonFactory factory) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), bytes)) {
            DataTokens.write(tree, generator);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads an object.
     *
     * @param json what {@link #write} wrote
     * @param what what it is, for the message of the error
     * @return the object
     * @throws UnavailableException if it is not a JSON object: the store is damaged, or was written by something else
     */
    @SuppressWarnings("unchecked")
    public static Map<String, @Nullable Object> read(byte[] json, String what) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() == JsonToken.START_OBJECT
                    && JsonText.value(parser) instanceof Map<?, ?> map
                    && parser.nextToken() == null) {
                return (Map<String, @Nullable Object>) map;
            }
        } catch (JacksonException wrong) {
            throw unreadable(what, wrong);
        }
        throw unreadable(what, null);
    }

    private static UnavailableException unreadable(String what, @Nullable Throwable cause) {
        return new UnavailableException(
                what + " cannot be read: what is stored is not what was written; restore the store from a backup",
                java.time.Duration.ZERO,
                cause);
    }

    /**
     * The tree of a message, to be put into an object.
     *
     * @param message the message
     * @return its stable form
     */
    public static Map<String, @Nullable Object> tree(Message message) {
        return MessageTree.of(message);
    }

    /**
     * Reads a message out of an object that was read. What a newer version may have added to it is left out.
     *
     * @param tree its form
     * @return the message
     * @throws org.copilotframework.api.error.InvalidRequestException if it is not a message
     */
    public static Message message(@Nullable Object tree) {
        return MessageTree.read(tree, false);
    }
}
