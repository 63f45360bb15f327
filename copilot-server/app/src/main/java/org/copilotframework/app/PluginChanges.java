package org.copilotframework.app;

import org.copilotframework.core.PluginChange;

/** Says what became of a plugin. */
final class PluginChanges {
    private PluginChanges() {}

    static void print(PluginChange change, Terminal terminal) {
        if (terminal.json()) {
            terminal.object(PluginView.change(change));
            return;
        }
        change.warnings().forEach(terminal::warn);
        String agents = change.agents().isEmpty() ? "" : ", agents: " + String.join(", ", change.agents());
        String reloaded =
                change.reloaded().isEmpty() ? "" : ", reloaded with it: " + String.join(", ", change.reloaded());
        terminal.say(words(change) + agents + reloaded + " (" + change.elapsed().toMillis() + " ms)");
    }

    private static String words(PluginChange change) {
        String id = change.id();
        return switch (change.kind()) {
            case INSTALLED -> "installed " + id + " " + change.to();
            case UPDATED -> "updated " + id + " from " + change.from() + " to " + change.to();
            case RELOADED -> "reloaded " + id + " " + change.to();
            case ROLLED_BACK -> "rolled " + id + " back from " + change.from() + " to " + change.to();
            case REMOVED -> "removed " + id + " " + change.from();
            case UNCHANGED -> id + " " + change.to() + " is already installed";
        };
    }
}
