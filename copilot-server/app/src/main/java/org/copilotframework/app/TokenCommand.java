package org.copilotframework.app;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.core.StoredData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command(
        name = "token",
        description = {
            "Signs a token for development by SECRET_KEY, and prints it alone on standard output.",
            "It is refused where APP_ENV is not dev."
        })
final class TokenCommand extends Command {
    private static final int MOST_MINUTES = 24 * 60;

    @Mixin
    private final TenantOption tenant = new TenantOption();

    @Mixin
    private final PluginsOption inbox = new PluginsOption();

    @Option(
            names = "--subject",
            paramLabel = "NAME",
            defaultValue = "developer",
            description = "Who will act by it (default: developer).")
    private String subject = "";

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            description =
                    "What it grants, such as agents:invoke, or role:NAME. May be given several times (default: *).")
    private Set<String> scopes = new LinkedHashSet<>();

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long it is good, at most 1440 (default: 60).")
    private int minutes;

    TokenCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Terminal terminal) {
        if (minutes < 1 || minutes > MOST_MINUTES) {
            throw new InvalidRequestException("--minutes: from 1 to " + MOST_MINUTES + ", not " + minutes);
        }
        Instant expires = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(minutes, ChronoUnit.MINUTES);
        Set<String> granted = scopes.isEmpty() ? Set.of("*") : scopes;
        CredentialOrder order = new CredentialOrder(subject, tenant.id(), granted, expires, null);
        String token;
        try (StoredData data = new Startup(surroundings, terminal)
                .loading(options.home, inbox.inbox, false)
                .withoutData()
                .openData()) {
            token = data.access().tokens().orElseThrow(TokenCommand::nobody).issue(order);
        }
        if (terminal.json()) {
            Map<String, @Nullable Object> view = new LinkedHashMap<>();
            view.put("token", token);
            view.put("expires", expires.toString());
            terminal.object(view);
        } else {
            surroundings.out().println(token);
            terminal.hint("It is good for " + subject + ", tenant " + tenant.id() + ", until " + Times.shown(expires)
                    + ". Send it as the header Authorization: Bearer TOKEN.");
        }
    }

    private static InvalidRequestException nobody() {
        return new InvalidRequestException(
                "copilot.security.authenticators: none of those that are asked knows a secret that tokens are"
                        + " signed by; set it to jwt (in the environment COPILOT_SECURITY_AUTHENTICATORS=jwt), for the server as well, and"
                        + " SECRET_KEY to at least 32 bytes by chance");
    }
}
