package org.copilotframework.server.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.ErrorCode;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.core.json.FaceJson;
import org.jspecify.annotations.Nullable;

/**
 * An error as {@code application/problem+json} (RFC 9457). Its kind is told by {@code code}, which is stable; {@code detail} is for a
 * person.
 */
final class Problem {
    static final String TYPE = "application/problem+json";

    private Problem() {}

    /** What is told of an error of the tree. */
    static Answer of(CopilotException error) {
        return of(error, status(error.code()));
    }

    /** The same where HTTP has a status that says more. */
    static Answer of(CopilotException error, int status) {
        Answer answer = Answer.bytes(status, TYPE, FaceJson.write(tree(error, status)));
        Answer told = error.retryAfter()
                .map(wait -> answer.header("Retry-After", seconds(wait)))
                .orElse(answer);
        return error instanceof QuotaExceededException often
                ? often.limit().map(limit -> RateHeaders.on(told, limit)).orElse(told)
                : told;
    }

    /** A fault that is nobody's but ours: where to look for it, and nothing else. */
    static Answer fault(String incident) {
        return Answer.bytes(500, TYPE, FaceJson.write(faultTree(incident)));
    }

    static Map<String, @Nullable Object> faultTree(String incident) {
        return tree(500, "internal", "the server failed; its log tells why, under incident " + incident);
    }

    /** What is told where no route leads. */
    static Answer missing() {
        return of(new NotFoundException("there is nothing here; /openapi.json tells what there is"));
    }

    static Map<String, @Nullable Object> tree(CopilotException error) {
        return tree(error, status(error.code()));
    }

    private static Map<String, @Nullable Object> tree(CopilotException error, int status) {
        Map<String, @Nullable Object> tree = tree(status, error.code().code(), error.getMessage());
        error.retryAfter().ifPresent(wait -> tree.put("retryAfterMillis", wait.toMillis()));
        if (error instanceof InvalidRequestException invalid) {
            invalid.pointer().ifPresent(pointer -> tree.put("pointer", pointer));
        } else if (error instanceof AgentFailedException failed) {
            tree.put("agent", failed.agent());
            failed.runId().ifPresent(run -> tree.put("run", run));
        }
        return tree;
    }

    private static Map<String, @Nullable Object> tree(int status, String code, String detail) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("type", "about:blank");
        tree.put("title", code.replace('_', ' '));
        tree.put("status", (long) status);
        tree.put("code", code);
        tree.put("detail", detail);
        return tree;
    }

    /** The schema of all problems. */
    static Map<String, @Nullable Object> schema() {
        Map<String, Map<String, @Nullable Object>> properties = new LinkedHashMap<>();
        properties.put("type", Schema.text());
        properties.put("title", Schema.text());
        properties.put("status", Schema.whole());
        properties.put("code", Schema.said(Schema.text(), "The kind of error. It is stable."));
        properties.put("detail", Schema.said(Schema.text(), "What is wrong, for a person."));
        properties.put(
                "pointer", Schema.said(Schema.text(), "What is wrong in the body, as a JSON pointer (RFC 6901)."));
        properties.put("retryAfterMillis", Schema.said(Schema.whole(), "When the same request may succeed."));
        properties.put("agent", Schema.said(Schema.text(), "The agent that failed."));
        properties.put("run", Schema.said(Schema.text(), "The run in which it failed."));
        return Schema.object(properties, java.util.List.of("type", "title", "status", "code", "detail"));
    }

    static int status(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST -> 400;
            case UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT, CANCELED -> 409;
            case QUOTA_EXCEEDED -> 429;
            case AGENT_FAILED -> 502;
            case UNAVAILABLE -> 503;
            case DEADLINE_EXCEEDED -> 504;
        };
    }

    /** Whole seconds, rounded up: sooner would be too soon. */
    private static String seconds(Duration wait) {
        return Long.toString(Math.max(1, wait.plusNanos(999_999_999).toSeconds()));
    }
}
