package org.copilotframework.app;

import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.core.StoreTotals;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command(
        name = "copy",
        description = {
            "Copies all that a store holds into another one, and compares the two.",
            "Stop the processes that use them first. A copy that was cut short is just begun anew."
        })
final class StoreCopyCommand extends Command {
    private static final int BAR = 20;

    @Option(
            names = "--from",
            paramLabel = "URL",
            required = true,
            description = "The store that is copied. $${NAME} stands for a variable of the environment.")
    private String from = "";

    @Option(names = "--to", paramLabel = "URL", required = true, description = "The store that is copied to.")
    private String to = "";

    @Option(
            names = "--from-plain",
            description = "The store that is copied is not encrypted, although copilot.encryption.provider is set.")
    private boolean fromPlain;

    @Option(
            names = "--to-plain",
            description = "Do not encrypt in the store that is copied to, although copilot.encryption.provider is set.")
    private boolean toPlain;

    @Mixin
    private final PluginsOption inbox = new PluginsOption();

    private String shown = "";

    StoreCopyCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Terminal terminal) {
        if (from.equals(to)) {
            throw new InvalidRequestException("--from and --to name the same store");
        }
        Startup startup = new Startup(surroundings, terminal);
        StoreTotals totals;
        try (Storage source = open("--from", from, fromPlain, startup);
                Storage target = open("--to", to, toPlain, startup)) {
            source.check();
            target.migrate();
            totals = startup.builder(options.home, null)
                    .copyStorage(source, target, (what, done, total) -> show(what, done, total, terminal));
        }
        terminal.endProgress();
        if (terminal.json()) {
            terminal.object(JsonView.totals(totals));
        } else {
            terminal.say("Both stores hold the same: " + totals.tenants() + " tenants, " + totals.sessions()
                    + " sessions with " + totals.turns() + " turns, " + totals.runs() + " runs with " + totals.steps()
                    + " steps and " + totals.events() + " events, " + totals.values() + " values.");
            terminal.say("SHA-256 " + totals.sha256());
            if (fromPlain && !toPlain) {
                terminal.say("Not encrypted, since they are counters or the source cannot tell them from one: "
                        + totals.counters() + " values, all of them numbers.");
            }
        }
    }

    private Storage open(String option, String url, boolean plain, Startup startup) {
        OrchestratorBuilder builder =
                startup.loading(options.home, inbox.inbox, false).setting("copilot.storage.url", url);
        if (plain) {
            builder.setting("copilot.encryption.provider", "none");
        }
        try {
            return builder.openStorage();
        } catch (InvalidRequestException wrong) {
            throw wrong.withMessage(option + ": " + wrong.getMessage());
        }
    }

    /** A line for each hundredth, not for each turn. */
    private void show(String what, long done, long total, Terminal terminal) {
        long percent = total == 0 ? 100 : done * 100 / total;
        int share = (int) (percent * BAR / 100);
        String line = what + " [" + "#".repeat(share) + ".".repeat(BAR - share) + "] " + percent + "%";
        if (!line.equals(shown)) {
            terminal.progress(line);
            shown = line;
        }
    }
}
