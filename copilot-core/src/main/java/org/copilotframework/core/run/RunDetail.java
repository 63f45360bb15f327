package org.copilotframework.core.run;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.ErrorCode;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.core.json.StoredJson;
import org.jspecify.annotations.Nullable;

/**
 * What the last change of a stored run left for the next.
 *
 * @param said what the agent said: its reply, its question or its note; or null
 * @param input what the next activation gets as its request, or null for what the run began with
 * @param error why it ended, or null
 * @param words why it ended, in words; or null
 * @param plugin the plugin that was last at work on it, or null
 */
public record RunDetail(
        @Nullable Message said,
        @Nullable Message input,
        @Nullable ErrorCode error,
        @Nullable String words,
        @Nullable PluginRef plugin) {
    /** Nothing. */
    public static final RunDetail NONE = new RunDetail(null, null, null, null, null);

    /**
     * What the agent said.
     *
     * @param message its reply, its question or its note
     * @param plugin the agent's plugin, or null if it is not known
     * @return the detail
     */
    public static RunDetail said(Message message, @Nullable PluginRef plugin) {
        return new RunDetail(message, null, null, null, plugin);
    }

    /**
     * Why the run ended.
     *
     * @param error the error that its caller gets
     * @return the detail
     */
    public static RunDetail failed(CopilotException error) {
        return new RunDetail(null, null, error.code(), error.getMessage(), null);
    }

    /**
     * The same, with an input for the next activation and no question any more.
     *
     * @param message the input
     * @return the detail
     */
    public RunDetail withInput(Message message) {
        return new RunDetail(null, message, null, null, plugin);
    }

    /**
     * For the store.
     *
     * @return the stored form, encoded when it is needed
     */
    public Payload store() {
        return Payload.of(this, RunDetail::bytes);
    }

    private byte[] bytes() {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        if (said != null) {
            tree.put("said", StoredJson.tree(said));
        }
        if (input != null) {
            tree.put("input", StoredJson.tree(input));
        }
        if (error != null) {
            tree.put("error", error.code());
            tree.put("words", words);
        }
        if (plugin != null) {
            tree.put("plugin", plugin.id());
            tree.put("version", plugin.version());
        }
        return StoredJson.write(tree);
    }

    /**
     * From the store.
     *
     * @param stored the stored form, or null
     * @return the detail
     * @throws org.copilotframework.api.error.UnavailableException if it cannot be read
     */
    public static RunDetail read(@Nullable Payload stored) {
        if (stored == null) {
            return NONE;
        }
        return stored.value(RunDetail.class).orElseGet(() -> {
            Map<String, ?> tree = StoredJson.read(stored.bytes(), "the detail of a run");
            Object error = tree.get("error");
            Object plugin = tree.get("plugin");
            return new RunDetail(
                    tree.containsKey("said") ? StoredJson.message(tree.get("said")) : null,
                    tree.containsKey("input") ? StoredJson.message(tree.get("input")) : null,
                    error == null ? null : ErrorCode.valueOf(error.toString().toUpperCase(Locale.ROOT)),
                    tree.get("words") instanceof String text ? text : null,
                    plugin == null ? null : new PluginRef(plugin.toString(), String.valueOf(tree.get("version"))));
        });
    }
}
