package org.copilotframework.example.assistant;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The endpoint did not give an answer. */
final class EndpointFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What can be done about it. */
    enum Kind {
        /** Busy, broken, silent or out of reach: the same request may succeed later. */
        PASSING,
        /** What it sent is not the protocol. */
        GARBAGE,
        /** It does not take this request, this key or this model. */
        REFUSED
    }

    private final Kind kind;
    private final @Nullable Duration retryAfter;

    EndpointFault(Kind kind, String words) {
        this(kind, words, null);
    }

    EndpointFault(Kind kind, String words, @Nullable Duration retryAfter) {
        super(words);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    /** Finds the fault behind what LangChain4j makes of it. */
    static Optional<EndpointFault> in(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 10; depth++) {
            if (cause instanceof EndpointFault fault) {
                return Optional.of(fault);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    Kind kind() {
        return kind;
    }

    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    String words() {
        return String.valueOf(getMessage());
    }
}
