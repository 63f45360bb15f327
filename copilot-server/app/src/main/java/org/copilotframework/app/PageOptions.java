package org.copilotframework.app;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which part of a long list a command shows. */
final class PageOptions {
    private static final int MOST = 1_000;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many to list, from 1 to 1000 (default: 50).")
    private int limit;

    @Option(names = "--after", paramLabel = "ID", description = "List those that follow this one.")
    @Nullable
    String after;

    int limit() {
        if (limit < 1 || limit > MOST) {
            throw new InvalidRequestException("--limit: from 1 to " + MOST + ", not " + limit);
        }
        return limit;
    }

    /** Tells where the next page begins, if there may be one. */
    <T> void endPage(List<T> page, Function<T, String> id, Terminal terminal) {
        if (page.size() == limit) {
            terminal.say("There may be more: --after " + id.apply(page.get(page.size() - 1)));
        }
    }

    /** The same in JSON. */
    <T> void endPage(List<T> page, Function<T, String> id, Map<String, @Nullable Object> view) {
        if (page.size() == limit) {
            view.put("after", id.apply(page.get(page.size() - 1)));
        }
    }
}
