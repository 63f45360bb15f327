package org.copilotframework.app;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.authentication.Credential;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.core.StoredAudit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command(name = "list", description = "Lists the API keys that are stored, without their secrets.")
final class KeysListCommand extends KeysCommand {
    @Option(names = "--tenant", paramLabel = "NAME", description = "List those of this tenant only (default: all).")
    private @Nullable String tenant;

    @Mixin
    private final PageOptions page = new PageOptions();

    KeysListCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void check() {
        page.limit();
    }

    @Override
    void run(CredentialAdmin keys, StoredAudit audit, Terminal terminal) {
        List<Credential> found = keys.list(tenant == null ? null : new TenantId(tenant), page.after, page.limit());
        if (terminal.json()) {
            Map<String, @Nullable Object> view = JsonView.list("keys", found, KeysCommand::view);
            page.endPage(found, Credential::id, view);
            terminal.object(view);
        } else if (found.isEmpty()) {
            terminal.say("No keys.");
        } else {
            terminal.table(
                    List.of("KEY", "TENANT", "SUBJECT", "SCOPES", "CREATED", "EXPIRES"),
                    found.stream().map(KeysListCommand::row).toList());
            page.endPage(found, Credential::id, terminal);
        }
    }

    private static List<String> row(Credential key) {
        CredentialOrder order = key.order();
        Instant expires = order.expires();
        return List.of(
                key.id(),
                order.tenant().value(),
                Terminal.onOneLine(order.subject()),
                Terminal.onOneLine(
                        String.join(" ", order.scopes().stream().sorted().toList())),
                Times.shown(key.created()),
                expires == null ? "-" : Times.shown(expires));
    }
}
