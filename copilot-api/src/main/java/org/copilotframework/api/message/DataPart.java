package org.copilotframework.api.message;

import java.util.Objects;

/**
 * Structured data.
 *
 * @param data the data
 */
public record DataPart(Data data) implements Part {
    /** Checks for null. */
    public DataPart {
        Objects.requireNonNull(data, "data");
    }

    @Override
    public long weight() {
        return data.weight();
    }
}
