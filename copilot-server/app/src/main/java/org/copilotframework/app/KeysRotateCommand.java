package org.copilotframework.app;

import java.time.Duration;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.core.StoredAudit;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
        name = "rotate",
        description = {
            "Gives an API key a new secret, and prints it: this once only, and alone on standard output.",
            "The keys that what is stored is encrypted by are changed by 'copilot store rewrap'."
        })
final class KeysRotateCommand extends KeysCommand {
    @Parameters(paramLabel = "ID", description = "The key's id; 'copilot keys list' shows them.")
    private String id = "";

    @Option(
            names = "--overlap",
            paramLabel = "TIME",
            description = "How long the secret before is good, too, such as 24h; not at all, if not given.")
    private Duration overlap = Duration.ZERO;

    KeysRotateCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(CredentialAdmin keys, StoredAudit audit, Terminal terminal) {
        String known = KeysRevokeCommand.idOf(id);
        Deed deed = deed(audit, tenantOf(keys, known), known, "rotate");
        print(deed.commit(() -> keys.rotate(known, overlap)), terminal);
    }
}
