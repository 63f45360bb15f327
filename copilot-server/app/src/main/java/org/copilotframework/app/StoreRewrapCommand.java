package org.copilotframework.app;

import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.api.spi.encryption.Encryption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command(
        name = "rewrap",
        description = {
            "Wraps the keys of all tenants by the present secret or key, such as SECRET_KEY, once it was changed.",
            "No data is written anew. What was cut short is just begun anew; servers may go on meanwhile."
        })
final class StoreRewrapCommand extends Command {
    @Mixin
    private final PluginsOption inbox = new PluginsOption();

    StoreRewrapCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Terminal terminal) {
        terminal.progress("wrapping keys");
        Encryption.Rotation done = new Startup(surroundings, terminal)
                .loading(options.home, inbox.inbox, false)
                .setting("copilot.storage.migrate", "false")
                .rotateKeys();
        terminal.endProgress();
        if (terminal.json()) {
            Map<String, @Nullable Object> view = new LinkedHashMap<>();
            view.put("wrappedBy", done.keyId());
            view.put("keys", done.keys());
            view.put("rewrapped", done.rewrapped());
            terminal.object(view);
        } else {
            terminal.say("All " + done.keys() + " keys are wrapped by " + done.keyId() + "; " + done.rewrapped()
                    + " of them since now.");
        }
    }
}
