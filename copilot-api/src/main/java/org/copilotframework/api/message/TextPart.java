package org.copilotframework.api.message;

import java.util.Objects;

/**
 * Text for a person or a model.
 *
 * @param text the text, may be empty
 */
public record TextPart(String text) implements Part {
    /** Checks for null. */
    public TextPart {
        Objects.requireNonNull(text, "text");
    }

    @Override
    public long weight() {
        return text.length();
    }
}
