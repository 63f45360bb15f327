package org.copilotframework.core.run;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunEvent;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.core.json.StoredJson;
import org.jspecify.annotations.Nullable;

/** An event as it is stored: {@code {"time": ..., "<kind>": ...}}. */
final class EventForm {
    private EventForm() {}

    static StoredEvent store(RunEvent event) {
        return new StoredEvent(event.position(), Payload.of(event, EventForm::bytes));
    }

    private static byte[] bytes(RunEvent of) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("time", of.time().toString());
        put(of.event(), tree);
        return StoredJson.write(tree);
    }

    /** How large an event is but for its time, in bytes. */
    static long size(Event event) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        put(event, tree);
        return StoredJson.write(tree).length;
    }

    private static void put(Event event, Map<String, @Nullable Object> tree) {
        if (event instanceof Event.State state) {
            tree.put("state", state.state().name().toLowerCase(Locale.ROOT));
        } else if (event instanceof Event.Question question) {
            tree.put("question", StoredJson.tree(question.message()));
        } else if (event instanceof Event.Progress progress) {
            tree.put("progress", progress.message());
            tree.put("fraction", progress.fraction());
        } else if (event instanceof Event.Text text) {
            tree.put("text", text.delta());
        } else if (event instanceof Event.Custom custom) {
            tree.put("custom", custom.name());
            tree.put("data", custom.data().value());
        }
    }

    static RunEvent read(StoredEvent stored) {
        return stored.content().value(RunEvent.class).orElseGet(() -> {
            Map<String, ?> tree = StoredJson.read(stored.content().bytes(), "event " + stored.position() + " of a run");
            return new RunEvent(stored.position(), Instant.parse(String.valueOf(tree.get("time"))), event(tree));
        });
    }

    private static Event event(Map<String, ?> tree) {
        if (tree.get("state") instanceof String state) {
            return new Event.State(RunState.valueOf(state.toUpperCase(Locale.ROOT)));
        } else if (tree.containsKey("question")) {
            return new Event.Question(StoredJson.message(tree.get("question")));
        } else if (tree.get("progress") instanceof String message) {
            return new Event.Progress(message, tree.get("fraction") instanceof Number part ? part.doubleValue() : null);
        } else if (tree.get("text") instanceof String delta) {
            return new Event.Text(delta);
        } else if (tree.get("custom") instanceof String name) {
            return new Event.Custom(name, Data.of(tree.get("data")));
        }
        // Of a newer version: it is passed on, as far as it can be.
        Map<String, @Nullable Object> unknown = new LinkedHashMap<>(tree);
        unknown.remove("time");
        return new Event.Custom(String.join(",", unknown.keySet()), Data.of(unknown));
    }
}
