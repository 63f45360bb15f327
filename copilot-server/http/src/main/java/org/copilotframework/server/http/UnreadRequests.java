package org.copilotframework.server.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Jetty refuses before any route sees it, such as a header that is too large: a problem as well, without Jetty's words. */
final class UnreadRequests extends ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFace.class);

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Answer answer = status == 500 ? Problem.fault(incident(request)) : answer(status);
        BrowserRules.HEADERS_OF_ALL.forEach(
                (name, value) -> response.getHeaders().put(name, value));
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
        response.write(true, ByteBuffer.wrap(answer.content()), callback);
        return true;
    }

    private static Answer answer(int status) {
        return status == 503
                ? Problem.of(new UnavailableException("the request cannot be served now", Duration.ofSeconds(1)))
                : Problem.of(new InvalidRequestException(words(status)), status);
    }

    private static String incident(Request request) {
        String incident = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Object fault = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
        if (fault instanceof QuietException) {
            // The connection ended amid a request: whoever does that is not to fill the log.
            LOG.debug("Incident {}: the connection of a request ended", incident);
        } else {
            LOG.error("Incident {}: a request failed", incident, fault instanceof Throwable thrown ? thrown : null);
        }
        return incident;
    }

    private static String words(int status) {
        return switch (status) {
            case 408 -> "the request did not come in time";
            case 414 -> "the address is too long";
            case 431 -> "the headers are too large (copilot.http.header-bytes)";
            case 501 -> "the method is not known here";
            case 505 -> "this version of HTTP is not spoken here";
            default -> "the request is not HTTP as it should be";
        };
    }
}
