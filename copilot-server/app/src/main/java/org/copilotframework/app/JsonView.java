package org.copilotframework.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginChange;
import org.copilotframework.core.PluginCheck;
import org.copilotframework.core.PluginStatus;
import org.jspecify.annotations.Nullable;

/** How things look in JSON. What is not there has no property, except where null says something. */
final class JsonView {
    private JsonView() {}

    static Map<String, @Nullable Object> agent(CatalogueEntry entry) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("name", entry.agent().name());
        view.put("description", entry.agent().description());
        view.put("execution", lower(entry.agent().execution()));
        entry.plugin().ifPresent(plugin -> view.put("plugin", plugin(plugin)));
        entry.inputSchema().ifPresent(schema -> view.put("inputSchema", schema));
        entry.outputSchema().ifPresent(schema -> view.put("outputSchema", schema));
        return view;
    }

    static Map<String, @Nullable Object> plugin(PluginRef plugin) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", plugin.id());
        view.put("version", plugin.version());
        return view;
    }

    static Map<String, @Nullable Object> plugin(PluginStatus status) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", status.id());
        view.put("version", status.version());
        view.put("digest", status.digest());
        view.put("state", lower(status.state()));
        view.put("agents", status.agents());
        if (!status.reason().isEmpty()) {
            view.put("reason", status.reason());
        }
        view.put("origin", status.origin());
        view.put("since", status.since().toString());
        view.put("warnings", status.warnings());
        return view;
    }

    static Map<String, @Nullable Object> change(PluginChange change) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", change.id());
        view.put("change", lower(change.kind()));
        view.put("from", change.from());
        view.put("to", change.to());
        view.put("agents", change.agents());
        view.put("reloaded", change.reloaded());
        view.put("warnings", change.warnings());
        view.put("elapsedMillis", change.elapsed().toMillis());
        return view;
    }

    static Map<String, @Nullable Object> check(PluginCheck check) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", check.id());
        view.put("version", check.version());
        view.put("digest", check.digest());
        view.put("extensions", check.extensions());
        view.put("warnings", check.warnings());
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
