package org.copilotframework.app;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.IssuedCredential;
import org.copilotframework.core.StoredAudit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command(
        name = "create",
        description = "Makes an API key, and prints it: this once only, and alone on standard output.")
final class KeysCreateCommand extends KeysCommand {
    @Mixin
    private final TenantOption tenant = new TenantOption();

    @Option(names = "--subject", paramLabel = "NAME", required = true, description = "Who will act by it.")
    private String subject = "";

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            required = true,
            description = "What it grants, such as agents:invoke, or role:NAME. May be given several times.")
    private Set<String> scopes = new LinkedHashSet<>();

    @Option(
            names = "--expires",
            paramLabel = "WHEN",
            description = "When it ends, such as 90d, 12h or 2027-01-31; never, if not given.")
    private @Nullable String expires;

    @Option(
            names = "--per-minute",
            paramLabel = "N",
            description = "How many requests a minute are let in with it; any number, if not given.")
    private @Nullable Integer perMinute;

    KeysCreateCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void check() {
        ends();
    }

    @Override
    boolean begins() {
        return true;
    }

    @Override
    void run(CredentialAdmin keys, StoredAudit audit, Terminal terminal) {
        Deed deed = deed(audit, tenant.id(), "?", "create");
        IssuedCredential issued = deed.commit(() -> {
            IssuedCredential made = keys.create(new CredentialOrder(subject, tenant.id(), scopes, ends(), perMinute));
            deed.did("key/" + made.credential().id());
            return made;
        });
        print(issued, terminal);
    }

    private @Nullable Instant ends() {
        return expires == null ? null : Times.ahead("--expires", expires, Instant.now());
    }
}
