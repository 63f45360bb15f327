package org.copilotframework.server.http;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.spi.authentication.Credential;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.core.Orchestrator;

/** Keys of the tenant that is acted for. Nobody makes one that is good for more than he is himself. */
final class KeyRoutes {
    private static final String READ = "keys:read";
    private static final String WRITE = "keys:write";
    private static final String GROUP = "Keys";
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(30);

    private static final View<Views.Page<Credential>> PAGE =
            Views.page("Keys", "keys", Views.KEY, "The 'after' of the next page; not there on the last one.");

    /** What is asked for a new key. */
    record Order(
            @Doc("Who will act by it.") String subject,
            @Doc("What it grants; nothing that whoever asks was not granted.") Set<String> scopes,
            @Doc("When it ends; without it, it does not.") Optional<Instant> expires,
            @Doc("How many requests a minute are let in with it.") Optional<Integer> perMinute) {}

    /** How a key is rotated. */
    record Rotation(@Doc("How long the secret before is good, too.") @Default("PT0S") Duration overlap) {}

    private final Orchestrator orchestrator;

    KeyRoutes(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    List<Route> all() {
        return List.of(
                Route.get("/v1/keys", "listKeys", "Lists the tenant's keys, without their secrets.")
                        .in(GROUP)
                        .scope(READ)
                        .takes("after", Schema.said(Schema.text(), "Those after this id."))
                        .takes("limit", Schema.whole(1, Exchange.MOST))
                        .gives(200, "A page of keys, in the order of their ids.", PAGE)
                        .by(this::list),
                Route.post("/v1/keys", "createKey", "Makes a key.")
                        .in(GROUP)
                        .scope(WRITE)
                        .takesJson(Exchange.schema(Order.class), true)
                        .gives(201, "The key with its secret, which is told this once only.", Views.ISSUED)
                        .by(this::create),
                Route.get("/v1/keys/{key}", "readKey", "Shows a key, without its secret.")
                        .in(GROUP)
                        .scope(READ, KeyRoutes::target)
                        .gives(200, "The key.", Views.KEY)
                        .by(exchange -> Answer.of(Views.KEY, find(exchange))),
                Route.post("/v1/keys/{key}:rotate", "rotateKey", "Gives a key a new secret.")
                        .in(GROUP)
                        .scope(WRITE, KeyRoutes::target)
                        .takesJson(Exchange.schema(Rotation.class), false)
                        .gives(200, "The key with its new secret, which is told this once only.", Views.ISSUED)
                        .by(this::rotate),
                Route.delete("/v1/keys/{key}", "revokeKey", "Ends a key at once.")
                        .in(GROUP)
                        .scope(WRITE, KeyRoutes::target)
                        .gives(204, "It is revoked.", "")
                        .by(this::revoke));
    }

    private Answer list(Exchange exchange) {
        int limit = exchange.limit();
        List<Credential> page = admin().list(exchange.tenant(), exchange.query("after").orElse(null), limit);
        return Answer.of(PAGE, Views.Page.of(page, limit, Credential::id));
    }

    private Answer create(Exchange exchange) throws Refusal {
        Order order = exchange.json(Order.class);
        demandGranted(exchange, order.scopes());
        CredentialOrder asked = new CredentialOrder(
                order.subject(),
                exchange.tenant(),
                order.scopes(),
                order.expires().orElse(null),
                order.perMinute().orElse(null));
        return Answer.of(Views.ISSUED, admin().create(asked)).status(201);
    }

    private Answer rotate(Exchange exchange) throws Refusal {
        Credential key = find(exchange);
        demandGranted(exchange, key.order().scopes());
        Rotation rotation = exchange.json() == null ? new Rotation(Duration.ZERO) : exchange.json(Rotation.class);
        if (rotation.overlap().isNegative() || rotation.overlap().compareTo(LONGEST_OVERLAP) > 0) {
            throw InvalidRequestException.at("/overlap", "a duration from PT0S to " + LONGEST_OVERLAP + " is expected");
        }
        return Answer.of(Views.ISSUED, admin().rotate(key.id(), rotation.overlap()));
    }

    private Answer revoke(Exchange exchange) {
        Credential key = find(exchange);
        if (!admin().revoke(key.id())) {
            throw unknown(key.id());
        }
        return Answer.nothing();
    }

    /** What a role stands for changes with the settings, so only who has all may hand it on. */
    private static void demandGranted(Exchange exchange, Set<String> scopes) {
        for (String scope : scopes) {
            String needed = scope.startsWith("role:") ? "*" : scope;
            if (!exchange.caller().principal().granted(needed)) {
                throw new ForbiddenException("a key with scope '" + scope + "' is made or rotated only by who was granted '"
                        + needed + "' himself");
            }
        }
    }

    /** A key of another tenant is not there. */
    private Credential find(Exchange exchange) {
        String id = exchange.path("key");
        return admin()
                .find(id)
                .filter(key -> key.order().tenant().equals(exchange.tenant()))
                .orElseThrow(() -> unknown(id));
    }

    private CredentialAdmin admin() {
        return orchestrator
                .access()
                .credentials()
                .orElseThrow(() -> new NotFoundException("keys are not administered here: no authenticator has any of its own"
                        + " (copilot.security.authenticators=apikey)"));
    }

    private static String target(Exchange exchange) {
        return "key/" + exchange.path("key");
    }

    private static NotFoundException unknown(String id) {
        return NotFoundException.named("key", id, List.of());
    }
}
