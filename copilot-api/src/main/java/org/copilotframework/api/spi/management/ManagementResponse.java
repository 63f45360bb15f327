package org.copilotframework.api.spi.management;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What an endpoint answers.
 *
 * @param status the status of HTTP, such as 200
 * @param contentType such as {@code text/plain; charset=utf-8}
 * @param body the content
 */
public record ManagementResponse(int status, String contentType, byte[] body) {
    /** Checks for null and copies. */
    public ManagementResponse {
        Objects.requireNonNull(contentType, "contentType");
        body = body.clone();
    }

    /**
     * A text.
     *
     * @param contentType its type, in UTF-8
     * @param text the text
     * @return an answer with status 200
     */
    public static ManagementResponse of(String contentType, String text) {
        return new ManagementResponse(200, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return a copy of the bytes} */
    @Override
    public byte[] body() {
        return body.clone();
    }
}
