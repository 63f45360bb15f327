package org.copilotframework.core.run;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.api.error.ErrorCode;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.json.StoredJson;
import org.jspecify.annotations.Nullable;

/** The form in which a run's detail is stored: a JSON object that has only what says something. */
final class DetailForm {
    private DetailForm() {}

    static byte[] bytes(RunDetail detail) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        if (detail.said() != null) {
            tree.put("said", StoredJson.tree(detail.said()));
        }
        if (detail.input() != null) {
            tree.put("input", StoredJson.tree(detail.input()));
        }
        if (detail.error() != null) {
            tree.put("error", detail.error().code());
        }
        if (detail.words() != null) {
            tree.put("words", detail.words());
        }
        if (detail.plugin() != null) {
            tree.put("plugin", detail.plugin().id());
            tree.put("version", detail.plugin().version());
        }
        if (detail.given() != null) {
            tree.put("given", detail.given());
        }
        if (detail.effort().begun() > 0) {
            tree.put("begun", (long) detail.effort().begun());
        }
        if (detail.effort().handedBack() > 0) {
            tree.put("handedBack", (long) detail.effort().handedBack());
        }
        if (detail.effort().turnedAway() > 0) {
            tree.put("turnedAway", (long) detail.effort().turnedAway());
        }
        if (detail.waits() != null) {
            tree.put("waits", detail.waits().toString());
        }
        if (detail.calls() > 0) {
            tree.put("calls", (long) detail.calls());
        }
        return StoredJson.write(tree);
    }

    static RunDetail read(byte[] stored) {
        Map<String, ?> tree = StoredJson.read(stored, "the detail of a run");
        Object error = tree.get("error");
        Object plugin = tree.get("plugin");
        return new RunDetail(
                tree.containsKey("said") ? StoredJson.message(tree.get("said")) : null,
                tree.containsKey("input") ? StoredJson.message(tree.get("input")) : null,
                error == null ? null : code(error.toString()),
                text(tree, "words"),
                plugin == null ? null : new PluginRef(plugin.toString(), String.valueOf(tree.get("version"))),
                text(tree, "given"),
                new Effort(number(tree, "begun"), number(tree, "handedBack"), number(tree, "turnedAway")),
                tree.get("waits") instanceof String since ? Instant.parse(since) : null,
                number(tree, "calls"));
    }

    /** A code that only a newer version knows is shown as the failure of an agent. */
    private static ErrorCode code(String stored) {
        return Arrays.stream(ErrorCode.values())
                .filter(code -> code.code().equals(stored))
                .findFirst()
                .orElse(ErrorCode.AGENT_FAILED);
    }

    private static @Nullable String text(Map<String, ?> tree, String key) {
        return tree.get(key) instanceof String text ? text : null;
    }

    static int number(Map<String, ?> tree, String key) {
        return tree.get(key) instanceof Number number ? number.intValue() : 0;
    }
}
