package org.copilotframework.server.http;

import java.nio.ByteBuffer;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What Jetty refuses before any route sees it, such as a header that is too large: a problem as well, without Jetty's words. */
final class UnreadRequests extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Answer answer = status >= 500
                ? Problem.of(new UnavailableException("the request cannot be served", java.time.Duration.ofSeconds(1)), status)
                : Problem.of(new InvalidRequestException(words(status)), status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
        response.write(true, ByteBuffer.wrap(answer.content()), callback);
        return true;
    }

    private static String words(int status) {
        return switch (status) {
            case 408 -> "the request did not come in time";
            case 414 -> "the address is too long";
            case 431 -> "the headers are too large (copilot.http.header-bytes)";
            default -> "the request is not HTTP as it should be";
        };
    }
}
