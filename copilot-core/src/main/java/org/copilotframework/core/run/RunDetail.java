package org.copilotframework.core.run;

import java.time.Instant;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.ErrorCode;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.api.spi.storage.Payload;
import org.jspecify.annotations.Nullable;

/**
 * What the last change of a stored run left for the next.
 *
 * @param said what the agent said: its reply, its question or its note; or null
 * @param input what the next activation gets as its request, or null for what the run began with
 * @param error why it ended, or null
 * @param words why it ended, or what it waits for, in words; or null
 * @param plugin the plugin that was last at work on it, or null
 * @param given the name of the change that gave the last input, or null
 * @param effort what the activation has cost so far
 * @param waits since when it waits for a version of its plugin, or null
 * @param calls how many calls the run has caused so far, with those of its {@link Lineage}; 0 if none since it began
 */
public record RunDetail(
        @Nullable Message said,
        @Nullable Message input,
        @Nullable ErrorCode error,
        @Nullable String words,
        @Nullable PluginRef plugin,
        @Nullable String given,
        Effort effort,
        @Nullable Instant waits,
        int calls) {
    /** Nothing: the run was submitted, and whoever submitted it has taken it up. */
    public static final RunDetail NONE = new RunDetail(null, null, null, null, null, null, Effort.BEGUN, null, 0);

    /**
     * What the agent said, which ends an activation.
     *
     * @param message its reply, its question or its note
     * @param plugin the agent's plugin, or null if it is not known
     * @return the detail
     */
    public static RunDetail said(Message message, @Nullable PluginRef plugin) {
        return new RunDetail(message, null, null, null, plugin, null, Effort.NONE, null, 0);
    }

    /**
     * Why the run ended.
     *
     * @param error the error that its caller gets
     * @return the detail
     */
    public static RunDetail failed(CopilotException error) {
        return new RunDetail(null, null, error.code(), error.getMessage(), null, null, Effort.NONE, null, 0);
    }

    /**
     * The same, so that whoever gave the last input can still see that it was taken.
     *
     * @param before the detail that this one follows
     * @return the detail
     */
    public RunDetail after(RunDetail before) {
        return new RunDetail(said, input, error, words, plugin, before.given, effort, waits, calls);
    }

    /**
     * An error that ends a run whose agent is not at work, with what its last detail tells of how far it has come; nothing of
     * that if it cannot be read, for the run is to end all the same.
     *
     * @param error the error
     * @param before the detail as it is stored
     * @return the detail
     */
    public static RunDetail failed(CopilotException error, @Nullable Payload before) {
        RunDetail failed = failed(error);
        try {
            return failed.after(read(before));
        } catch (UnavailableException unreadable) {
            return failed;
        }
    }

    /**
     * The same, with an input for the next activation and no question any more.
     *
     * @param message the input
     * @param change the name of the change that gives it
     * @param begun what the activation costs by this very change
     * @return the detail
     */
    public RunDetail withInput(Message message, String change, Effort begun) {
        return new RunDetail(null, message, null, null, plugin, change, begun, null, calls);
    }

    /**
     * The same activation.
     *
     * @param spent what it has cost so far
     * @return the detail
     */
    public RunDetail with(Effort spent) {
        return new RunDetail(said, input, error, words, plugin, given, spent, waits, calls);
    }

    /**
     * The same activation, for another worker; it waits for no plugin any more.
     *
     * @param spent what it has cost so far
     * @return the detail
     */
    public RunDetail handedBack(Effort spent) {
        return new RunDetail(said, input, error, null, plugin, given, spent, null, calls);
    }

    /**
     * The same activation, which waits for a version of its plugin.
     *
     * @param spent what it has cost so far
     * @param why what it waits for, in words
     * @param since since when
     * @return the detail
     */
    public RunDetail waiting(Effort spent, String why, Instant since) {
        return new RunDetail(said, input, error, why, plugin, given, spent, since, calls);
    }

    /**
     * The same, of a run that has caused calls.
     *
     * @param inAll how many
     * @return the detail
     */
    public RunDetail caused(int inAll) {
        return new RunDetail(said, input, error, words, plugin, given, effort, waits, inAll);
    }

    /**
     * For the store.
     *
     * @return the stored form, encoded when it is needed
     */
    public Payload store() {
        return Payload.of(this, DetailForm::bytes);
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
        return stored.value(RunDetail.class).orElseGet(() -> DetailForm.read(stored.bytes()));
    }
}
