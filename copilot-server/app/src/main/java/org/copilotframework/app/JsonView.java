package org.copilotframework.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.Turn;
import org.copilotframework.core.RunSummary;
import org.copilotframework.core.SessionSummary;
import org.copilotframework.core.StoreTotals;
import org.jspecify.annotations.Nullable;

/** How things look in JSON. What is not there has no property, except where null says something. */
final class JsonView {
    private JsonView() {}

    static Map<String, @Nullable Object> agent(CatalogueEntry entry) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("name", entry.agent().name());
        view.put("description", entry.agent().description());
        view.put("execution", lower(entry.agent().execution()));
        entry.plugin().ifPresent(plugin -> view.put("plugin", PluginView.plugin(plugin)));
        entry.inputSchema().ifPresent(schema -> view.put("inputSchema", schema));
        entry.outputSchema().ifPresent(schema -> view.put("outputSchema", schema));
        return view;
    }

    static Map<String, @Nullable Object> session(SessionSummary session) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", session.id().value());
        view.put("version", session.version());
        view.put("first", session.first());
        view.put("changed", session.changed().toString());
        return view;
    }

    static Map<String, @Nullable Object> turn(Turn turn) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", turn.id());
        view.put("version", turn.version());
        view.put("time", turn.time().toString());
        view.put("agent", turn.agent());
        view.put("request", turn.request());
        view.put("reply", turn.reply());
        return view;
    }

    static Map<String, @Nullable Object> run(RunSummary run) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", run.id().value());
        view.put("agent", run.agent());
        run.session().ifPresent(session -> view.put("session", session.value()));
        view.put("state", lower(run.state()));
        view.put("activation", run.activation());
        view.put("created", run.created().toString());
        view.put("changed", run.changed().toString());
        run.due().ifPresent(due -> view.put("due", due.toString()));
        return view;
    }

    /** Whom something was said to, to be completed with what came of it. */
    static Map<String, @Nullable Object> said(String agent, RunId run, Optional<SessionId> session) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("agent", agent);
        view.put("run", run.value());
        session.ifPresent(id -> view.put("session", id.value()));
        return view;
    }

    static Map<String, @Nullable Object> totals(StoreTotals totals) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("tenants", totals.tenants());
        view.put("sessions", totals.sessions());
        view.put("turns", totals.turns());
        view.put("runs", totals.runs());
        view.put("steps", totals.steps());
        view.put("events", totals.events());
        view.put("values", totals.values());
        view.put("counters", totals.counters());
        view.put("sha256", totals.sha256());
        return view;
    }

    static Map<String, @Nullable Object> error(CopilotException error) {
        Map<String, @Nullable Object> view = error(error.code().code(), error.getMessage());
        view.put("retryable", error.retryable());
        error.retryAfter().ifPresent(wait -> view.put("retryAfterMillis", wait.toMillis()));
        if (error instanceof InvalidRequestException invalid) {
            invalid.pointer().ifPresent(pointer -> view.put("pointer", pointer));
        }
        if (error instanceof AgentFailedException failed) {
            view.put("agent", failed.agent());
            failed.runId().ifPresent(run -> view.put("run", run));
        }
        return view;
    }

    static Map<String, @Nullable Object> error(String code, String message) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("code", code);
        view.put("message", message);
        return view;
    }

    /** An object of one property that holds a list. */
    static <T> Map<String, @Nullable Object> list(
            String name, List<T> elements, java.util.function.Function<T, Map<String, @Nullable Object>> view) {
        List<Map<String, @Nullable Object>> views = new ArrayList<>();
        elements.forEach(element -> views.add(view.apply(element)));
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put(name, views);
        return object;
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(java.util.Locale.ROOT);
    }
}
