package org.copilotframework.core;

import java.util.List;
import java.util.Objects;

/**
 * How an orchestrator is, at one moment.
 *
 * @param status the worst of its parts
 * @param parts its parts
 */
public record Health(Status status, List<Part> parts) {
    /** How something is. */
    public enum Status {
        /** All is well. */
        OK,
        /** It serves, but something needs attention. */
        DEGRADED,
        /** It does not serve. */
        DOWN
    }

    /**
     * One part.
     *
     * @param name such as {@code plugins}
     * @param status how it is
     * @param reason why it is not well, for an operator; empty if it is
     */
    public record Part(String name, Status status, String reason) {
        /** Checks for null. */
        public Part {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(status, "status");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** Checks and copies. */
    public Health {
        Objects.requireNonNull(status, "status");
        parts = List.copyOf(parts);
    }

    /**
     * Sums up parts.
     *
     * @param parts the parts
     * @return their health, as bad as the worst of them
     */
    public static Health of(List<Part> parts) {
        Status worst = Status.OK;
        for (Part part : parts) {
            worst = part.status().compareTo(worst) > 0 ? part.status() : worst;
        }
        return new Health(worst, parts);
    }
}
