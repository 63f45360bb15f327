package org.copilotframework.app.log;

import ch.qos.logback.classic.LoggerContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.spi.management.ManagementEndpoint;
import org.copilotframework.api.spi.management.ManagementRequest;
import org.copilotframework.api.spi.management.ManagementResponse;
import org.copilotframework.app.log.LogLevels.Shown;
import org.copilotframework.core.json.JsonText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The levels of the log for operators: {@code GET} shows all or one, {@code PUT} sets one, {@code DELETE} gives one or all back what
 * they had at the start.
 */
public final class LogLevelsEndpoint implements ManagementEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(LogLevelsEndpoint.class);

    private final LogLevels levels;

    /**
     * Begins with the levels as they are.
     *
     * @param developer whether this is a developer's machine, where what callers say may be logged
     */
    public LogLevelsEndpoint(boolean developer) {
        this.levels = new LogLevels((LoggerContext) LoggerFactory.getILoggerFactory(), developer);
    }

    @Override
    public String path() {
        return "log-levels";
    }

    @Override
    public String scope(String method) {
        return switch (method) {
            case "GET" -> "logs:read";
            case "PUT", "DELETE" -> "logs:write";
            default -> "";
        };
    }

    @Override
    public ManagementResponse handle(ManagementRequest request) {
        String logger = request.rest();
        switch (request.method()) {
            case "PUT":
                Shown set = levels.set(named(logger), level(request.body()));
                tell(request, set);
                return answer(view(set));
            case "DELETE":
                if (logger.isEmpty()) {
                    List<Shown> all = levels.resetAll();
                    LOG.info(
                            "{} has taken back all changes of log levels",
                            request.caller().principal().subject());
                    return answer(view(all));
                }
                Shown reset = levels.reset(logger);
                tell(request, reset);
                return answer(view(reset));
            default:
                return answer(logger.isEmpty() ? view(levels.all()) : view(levels.one(logger)));
        }
    }

    private static void tell(ManagementRequest request, Shown now) {
        LOG.info(
                "{} has set the log level of {}, which is {} now",
                request.caller().principal().subject(),
                now.name(),
                now.effective());
    }

    private static String named(String logger) {
        if (logger.isEmpty()) {
            throw new InvalidRequestException(
                    "name the logger in the path, such as /v1/manage/log-levels/" + LogLevels.ROOT);
        }
        return logger;
    }

    /** Of {@code {"level": "debug"}}. */
    private static String level(byte[] body) {
        Map<String, @Nullable Object> sent = object(body);
        if (sent.size() == 1 && sent.get("level") instanceof String level) {
            return level;
        }
        throw new InvalidRequestException(
                "body: an object with a level and nothing else is expected, such as {\"level\": \"debug\"}");
    }

    private static Map<String, @Nullable Object> object(byte[] body) {
        Data data;
        try {
            data = JsonText.parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (CharacterCodingException notUtf8) {
            throw new InvalidRequestException("body: is not UTF-8");
        } catch (InvalidRequestException notJson) {
            throw notJson.withMessage("body: " + notJson.getMessage());
        }
        return data.value() instanceof Map<?, ?> ? data.map() : Map.of();
    }

    private static Map<String, @Nullable Object> view(List<Shown> all) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("loggers", all.stream().map(LogLevelsEndpoint::view).toList());
        return view;
    }

    private static Map<String, @Nullable Object> view(Shown one) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("name", one.name());
        if (one.level() != null) {
            view.put("level", one.level());
        }
        view.put("effective", one.effective());
        view.put("changed", one.changed());
        return view;
    }

    private static ManagementResponse answer(Map<String, @Nullable Object> view) {
        return ManagementResponse.of("application/json", JsonText.write(Data.of(view)));
    }
}
