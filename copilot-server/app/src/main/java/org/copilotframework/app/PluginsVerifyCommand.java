package org.copilotframework.app;

import java.nio.file.Path;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginCheck;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginSigner;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
        name = "verify",
        description = "Checks a plugin's archive as it would be checked when it is installed, and runs nothing of it.")
final class PluginsVerifyCommand extends OrchestratorCommand {
    @Parameters(paramLabel = "FILE", description = "The plugin's archive, a JAR or ZIP.")
    private Path file = Path.of("");

    PluginsVerifyCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Orchestrator orchestrator, Terminal terminal) {
        PluginCheck check = orchestrator.plugins().verify(file);
        if (terminal.json()) {
            terminal.object(PluginView.check(check));
            return;
        }
        check.warnings().forEach(terminal::warn);
        terminal.say("plugin   " + check.id() + " " + check.version());
        terminal.say("sha-256  " + check.digest());
        check.signers().forEach(signer -> print(signer, terminal));
        boolean provider = check.kind() == PluginKind.PROVIDER;
        check.extensions().forEach(extension -> terminal.say((provider ? "provider " : "agent    ") + extension));
        terminal.say(
                provider
                        ? "It can be put into a folder of plugins (--plugins DIR); the next start loads it."
                        : "It can be installed.");
    }

    private static void print(PluginSigner signer, Terminal terminal) {
        String counts = signer.trusted() ? ", trusted" : "";
        String seen = signer.stamped().map(time -> ", seen on " + time).orElse("");
        terminal.say("signer   " + signer.name() + counts);
        terminal.say("certificate " + signer.certificate() + ", until " + signer.expires() + seen);
    }
}
