package org.copilotframework.core.json;

import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.naming.NearNames;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

/**
 * Says in our own words why data and a type do not fit. It is Jackson's exception only on the way up, where each level adds its
 * place to the path; {@link #translated} makes a caller's error of it.
 */
final class Misfit extends DatabindException {
    private static final long serialVersionUID = 1L;

    Misfit(String words) {
        super(words);
    }

    static Misfit expected(String expected, @Nullable Object found) {
        return new Misfit(expected + " is expected, not " + shown(found));
    }

    /** The error that a caller sees: our words as they are, and none of Jackson's, which name its classes and ours. */
    static InvalidRequestException translated(JacksonException wrong) {
        StringBuilder pointer = new StringBuilder();
        for (JacksonException.Reference step : wrong.getPath()) {
            String token = step.getPropertyName() != null ? step.getPropertyName() : Integer.toString(step.getIndex());
            pointer.append('/').append(token.replace("~", "~0").replace("/", "~1"));
        }
        String words = wrong instanceof Misfit ? wrong.getOriginalMessage() : "the value does not fit what is expected here";
        return InvalidRequestException.at(pointer.toString(), words);
    }

    private static String shown(@Nullable Object found) {
        if (found == null) {
            return "null";
        } else if (found instanceof String text) {
            return "the text '" + NearNames.shown(text) + "'";
        } else if (found instanceof Map<?, ?>) {
            return "an object";
        } else if (found instanceof List<?>) {
            return "an array";
        }
        return (found instanceof Boolean ? "" : "the number ") + NearNames.shown(found.toString());
    }
}
