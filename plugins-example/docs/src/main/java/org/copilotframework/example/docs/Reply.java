package org.copilotframework.example.docs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.agent.AgentReply;
import org.jspecify.annotations.Nullable;

/** Puts quotations into words for a person and data for a program. */
final class Reply {
    private static final int MOST_SKIPPED = 50;

    private Reply() {}

    static AgentReply to(List<Answers.Quote> quotes, TenantIndex.Current current) {
        return AgentReply.of(text(quotes, current), data(quotes, current));
    }

    private static String text(List<Answers.Quote> quotes, TenantIndex.Current current) {
        StringBuilder text = new StringBuilder();
        for (Answers.Quote quote : quotes) {
            text.append("> ")
                    .append(quote.text().replace("\n", "\n> "))
                    .append("\n\n— ")
                    .append(quote.source());
            if (!quote.heading().isEmpty()) {
                text.append(" (").append(quote.heading()).append(')');
            }
            text.append("\n\n");
        }
        if (quotes.isEmpty()) {
            text.append("Nothing in these documents answers that.\n\n");
        }
        int missing = current.update().missing();
        if (missing > 0) {
            text.append(missing)
                    .append(missing == 1 ? " file is" : " files are")
                    .append(" still to be read: the time was up. Ask again, and the reading goes on.\n\n");
        }
        return text.toString().strip();
    }

    private static Map<String, @Nullable Object> data(List<Answers.Quote> quotes, TenantIndex.Current current) {
        Indexer.Update update = current.update();
        Map<String, @Nullable Object> index = new LinkedHashMap<>();
        index.put("files", current.index().files().size() - unreadable(current.index()));
        index.put("passages", current.index().passages());
        index.put("changed", update.changes());
        index.put("missing", update.missing());
        if (!current.rebuilt().isEmpty()) {
            index.put("rebuilt", current.rebuilt());
        }
        index.put("skippedCount", update.skipped().size());
        index.put(
                "skipped",
                update.skipped().stream()
                        .limit(MOST_SKIPPED)
                        .map(skipped -> Map.of("file", skipped.path(), "reason", skipped.reason()))
                        .toList());
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("answered", !quotes.isEmpty());
        data.put("citations", quotes.stream().map(Reply::citation).toList());
        data.put("index", index);
        return data;
    }

    private static long unreadable(Index index) {
        return index.files().stream().filter(file -> !file.problem().isEmpty()).count();
    }

    private static Map<String, @Nullable Object> citation(Answers.Quote quote) {
        Map<String, @Nullable Object> citation = new LinkedHashMap<>();
        citation.put("source", quote.source());
        citation.put("file", quote.path());
        if (quote.page() > 0) {
            citation.put("page", quote.page());
        } else {
            citation.put("line", quote.line());
        }
        citation.put("heading", quote.heading());
        citation.put("quote", quote.text());
        citation.put("score", Math.round(quote.score() * 1000) / 1000.0);
        return citation;
    }
}
