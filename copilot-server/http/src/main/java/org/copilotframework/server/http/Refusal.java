package org.copilotframework.server.http;

import java.util.Map;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/** A request that HTTP has a status of its own for, such as 415: an invalid one, as far as the tree of errors goes. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** What it is in the tree of errors; null for a request that is not valid. */
    private final @Nullable CopilotException error;

    @SuppressWarnings("serial")
    private final Map<String, String> headers;

    Refusal(int status, String why) {
        this(status, why, Map.of());
    }

    Refusal(int status, String why, Map<String, String> headers) {
        super(why, null, false, false);
        this.status = status;
        this.error = null;
        this.headers = headers;
    }

    /** An error of the tree, with headers beside those that it has. */
    Refusal(CopilotException error, Map<String, String> headers) {
        super(error.getMessage(), null, false, false);
        this.status = Problem.status(error.code());
        this.error = error;
        this.headers = headers;
    }

    int status() {
        return status;
    }

    Answer answer() {
        CopilotException told = error;
        Answer answer =
                Problem.of(told == null ? new InvalidRequestException(String.valueOf(getMessage())) : told, status);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            answer = answer.header(header.getKey(), header.getValue());
        }
        return answer;
    }
}
