package org.copilotframework.app;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.core.StoredAudit;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
        name = "revoke",
        description = "Ends an API key. Servers that remember it learn of it within copilot.security.apikey.remember.")
final class KeysRevokeCommand extends KeysCommand {
    /** A whole key has its id in it, so who has found one somewhere need not look for that. */
    private static final Pattern WHOLE = Pattern.compile("[a-z]+_([a-z0-9-]{1,40})_.*");

    /** Of those that a provider makes; a secret is longer. */
    private static final int LONGEST_ID = 16;

    @Parameters(paramLabel = "KEY", description = "The key's id, or all of it.")
    private String key = "";

    KeysRevokeCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    static String idOf(String key) {
        Matcher whole = WHOLE.matcher(key);
        return whole.matches() ? whole.group(1) : key;
    }

    @Override
    void run(CredentialAdmin keys, StoredAudit audit, Terminal terminal) {
        String id = idOf(key);
        // One that is damaged is not found, and revoked all the same. What was typed may be a secret, so a part of it
        // is told at most.
        String told = id.length() <= LONGEST_ID ? id : "?";
        deed(audit, tenantOf(keys, id), told, "revoke").commit(() -> {
            if (!keys.revoke(id)) {
                throw new NotFoundException(
                        "there is no such API key; 'copilot keys list' shows the ids of those there are");
            }
            return id;
        });
        if (terminal.json()) {
            terminal.object(Map.of("revoked", id));
        } else {
            terminal.say("revoked key " + id);
        }
    }
}
