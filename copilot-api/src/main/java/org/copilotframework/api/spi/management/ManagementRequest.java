package org.copilotframework.api.spi.management;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.copilotframework.api.caller.Caller;

/**
 * What an endpoint is asked.
 *
 * @param caller who asks, and was granted the scope
 * @param method such as {@code GET}, in upper case; {@code GET} also where a face was asked for the head only
 * @param rest what follows the endpoint's path, decoded, without a slash at its beginning; may be empty
 * @param query the parameters of the query, decoded
 * @param accept the header {@code Accept}; empty if it was not sent
 * @param body what was sent, at most what the face takes; may be empty
 */
public record ManagementRequest(
        Caller caller, String method, String rest, Map<String, List<String>> query, String accept, byte[] body) {
    /** Checks for null and copies. */
    public ManagementRequest {
        Objects.requireNonNull(caller, "caller");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(rest, "rest");
        query = Map.copyOf(query);
        Objects.requireNonNull(accept, "accept");
        body = body.clone();
    }

    /** {@return a copy of the bytes} */
    @Override
    public byte[] body() {
        return body.clone();
    }
}
