package org.copilotframework.core.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * JSON as bytes, for faces. What agents and plugins gave is within the limits of data, each piece by itself; put into one tree of
 * data with what stands around it, a piece at its limit would be refused. So a face's own objects are trees without limits.
 */
public final class FaceJson {
    private FaceJson() {}

    /**
     * Writes an object.
     *
     * @param object of maps, collections, data, messages and what data may hold
     * @return the JSON as UTF-8; a surrogate that stands alone is escaped
     */
    public static byte[] write(Map<String, ? extends @Nullable Object> object) {
        return StoredJson.write(plain(object));
    }

    private static Map<String, @Nullable Object> plain(Map<?, ? extends @Nullable Object> object) {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        object.forEach((key, value) -> plain.put(String.valueOf(key), plainValue(value)));
        return plain;
    }

    private static @Nullable Object plainValue(@Nullable Object value) {
        if (value instanceof Message message) {
            return MessageTree.of(message);
        } else if (value instanceof Map<?, ?> map) {
            return plain(map);
        } else if (value instanceof Collection<?> list) {
            List<@Nullable Object> plain = new ArrayList<>(list.size());
            list.forEach(element -> plain.add(plainValue(element)));
            return plain;
        }
        return Data.of(value).value();
    }

    /**
     * Reads what was sent: strictly, bounded in depth, number of values and length of numbers.
     *
     * @param json the JSON as UTF-8; its length is for the caller to bound
     * @return the tree, of the types that data holds; not bounded as data is yet
     * @throws InvalidRequestException if it is not UTF-8 or not JSON (names line and column), or an object names a property twice
     */
    public static @Nullable Object read(byte[] json) {
        try {
            return JsonText.tree(text(json));
        } catch (CharacterCodingException other) {
            throw new InvalidRequestException("this is not JSON: the text is not in UTF-8");
        }
    }

    /** Most of what is sent is ASCII, and needs no decoder, which is slow to make. */
    private static String text(byte[] json) throws CharacterCodingException {
        for (byte one : json) {
            if (one < 0) {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(json))
                        .toString();
            }
        }
        return new String(json, StandardCharsets.ISO_8859_1);
    }

    /**
     * Reads a message in its stable form out of what was sent. Keys that are not known are refused.
     *
     * @param tree its form
     * @param at where it stands in what was sent, as a JSON pointer
     * @return the message
     * @throws InvalidRequestException if it is not a message; with a pointer into what was sent
     */
    public static Message message(@Nullable Object tree, String at) {
        try {
            return MessageTree.read(tree, true);
        } catch (InvalidRequestException wrong) {
            throw Pointers.within(at, wrong);
        }
    }

    /**
     * Reads data out of what was sent.
     *
     * @param tree the data
     * @param at where it stands in what was sent, as a JSON pointer
     * @return the data
     * @throws InvalidRequestException if it is more than data may hold; with a pointer into what was sent
     */
    public static Data data(@Nullable Object tree, String at) {
        try {
            return Data.of(tree);
        } catch (InvalidRequestException wrong) {
            throw Pointers.within(at, wrong);
        }
    }
}
