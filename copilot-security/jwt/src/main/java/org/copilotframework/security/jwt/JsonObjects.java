package org.copilotframework.security.jwt;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON that others have written, of which nothing may surprise: also the text {@code null} is no object. */
final class JsonObjects {
    private JsonObjects() {}

    /**
     * Reads an object.
     *
     * @throws ParseException if it is none
     */
    static Map<String, Object> parse(String json) throws ParseException {
        @Nullable Map<String, Object> read;
        try {
            read = JSONObjectUtils.parse(json);
        } catch (RuntimeException strange) {
            throw new ParseException(String.valueOf(strange.getMessage()), 0);
        }
        if (read == null) {
            throw new ParseException("null is no object", 0);
        }
        return read;
    }
}
