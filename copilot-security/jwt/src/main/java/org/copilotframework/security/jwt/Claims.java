package org.copilotframework.security.jwt;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a token says, by names that settings give: {@code realm_access.roles} is the claim of that name, or else {@code roles} within
 * the object {@code realm_access}.
 *
 * @param all the claims
 */
record Claims(Map<String, Object> all) {
    /** Seconds since 1970 beyond which nobody means a time: the year 9999. */
    private static final double LAST = 253_402_300_799d;

    @Nullable
    Object at(String path) {
        Object whole = all.get(path);
        if (whole != null || path.indexOf('.') < 0) {
            return whole;
        }
        Object found = all;
        for (String name : path.split("\\.")) {
            found = found instanceof Map<?, ?> object ? object.get(name) : null;
        }
        return found;
    }

    /** A text, or null if it is not there. */
    @Nullable
    String text(String path) throws RefusedTokenException {
        Object found = at(path);
        if (found != null && !(found instanceof String)) {
            throw new RefusedTokenException("the claim " + path + " is no text");
        }
        return (String) found;
    }

    /** The elements of a list of texts, or of a text with blanks; null if it is not there. */
    @Nullable
    List<String> texts(String path) throws RefusedTokenException {
        Object found = at(path);
        if (found == null) {
            return null;
        } else if (found instanceof String text) {
            return List.of(text.strip().split("\\s+")).stream()
                    .filter(one -> !one.isEmpty())
                    .toList();
        } else if (found instanceof Collection<?> list) {
            List<String> texts = new ArrayList<>();
            for (Object one : list) {
                if (!(one instanceof String text)) {
                    throw new RefusedTokenException("the claim " + path + " is a list of other things than texts");
                }
                texts.add(text);
            }
            return texts;
        }
        throw new RefusedTokenException("the claim " + path + " is neither a text nor a list of texts");
    }

    /** A time in seconds since 1970, or null if it is not there. */
    @Nullable
    Instant time(String name) throws RefusedTokenException {
        Object found = all.get(name);
        if (found == null) {
            return null;
        }
        double seconds = found instanceof Number number ? number.doubleValue() : Double.NaN;
        if (seconds >= 0 && seconds <= LAST) {
            return Instant.ofEpochSecond((long) seconds);
        }
        throw new RefusedTokenException("the claim " + name + " is no time");
    }

    /** {@return how many there are} */
    @Override
    public String toString() {
        return "Claims[" + all.size() + "]";
    }
}
