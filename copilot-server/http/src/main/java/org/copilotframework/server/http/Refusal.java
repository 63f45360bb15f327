package org.copilotframework.server.http;

import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;

/** A request that HTTP has a status of its own for, such as 415: an invalid one, as far as the tree of errors goes. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    @SuppressWarnings("serial")
    private final Map<String, String> headers;

    Refusal(int status, String why) {
        this(status, why, Map.of());
    }

    Refusal(int status, String why, Map<String, String> headers) {
        super(why, null, false, false);
        this.status = status;
        this.headers = headers;
    }

    int status() {
        return status;
    }

    Answer answer() {
        Answer answer = Problem.of(new InvalidRequestException(String.valueOf(getMessage())), status);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            answer = answer.header(header.getKey(), header.getValue());
        }
        return answer;
    }
}
