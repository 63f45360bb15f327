package org.copilotframework.server.http;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.spi.authentication.Credential;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.IssuedCredential;
import org.copilotframework.core.Orchestrator;

/**
 * Keys of the tenant that is acted for. Nobody makes one that grants more than he was granted; and nobody without a scope of its own
 * makes one of another subject, or one that is good for longer than what he came with.
 */
final class KeyRoutes {
    private static final String READ = "keys:read";
    private static final String WRITE = "keys:write";
    /** Lets make keys of other subjects, and such that outlive what their maker came with. Not below keys:write, which would grant it. */
    private static final String ISSUE = "keys:issue";

    private static final String GROUP = "Keys";

    /** An id, which is no secret; anything else that stands where one is expected may be a whole key. */
    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,40}");

    private static final Duration LONGEST_OVERLAP = Duration.ofDays(30);

    private static final View<Views.Page<Credential>> PAGE =
            Views.page("Keys", "keys", Views.KEY, "The 'after' of the next page; not there on the last one.");

    /** What is asked for a new key. */
    record Order(
            @Doc("Who will act by it.") String subject,

            @Doc("What it grants; nothing that whoever asks was not granted.")
            Set<String> scopes,

            @Doc("When it ends; without it, it does not.") Optional<Instant> expires,

            @Doc("How many requests a minute are let in with it.")
            Optional<Integer> perMinute) {}

    /** How a key is rotated. */
    record Rotation(
            @Doc("How long the secret before is good, too.") @Default("PT0S")
            Duration overlap) {}

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
        List<Credential> page =
                admin().list(exchange.tenant(), exchange.query("after").orElse(null), limit);
        return Answer.of(PAGE, Views.Page.of(page, limit, Credential::id));
    }

    private Answer create(Exchange exchange) throws Refusal {
        Order order = exchange.json(Order.class);
        CredentialOrder asked = new CredentialOrder(
                order.subject(),
                exchange.tenant(),
                order.scopes(),
                order.expires().orElse(null),
                order.perMinute().orElse(null));
        exchange.did("key/?", words(asked));
        demandNoMore(exchange, asked);
        return issued(exchange, admin().create(asked)).status(201);
    }

    private Answer rotate(Exchange exchange) throws Refusal {
        Credential key = find(exchange);
        demandNoMore(exchange, key.order());
        Rotation rotation = exchange.jsonIfAny(Rotation.class).orElse(new Rotation(Duration.ZERO));
        if (rotation.overlap().isNegative() || rotation.overlap().compareTo(LONGEST_OVERLAP) > 0) {
            throw InvalidRequestException.at("/overlap", "a duration from PT0S to " + LONGEST_OVERLAP + " is expected");
        }
        return issued(exchange, admin().rotate(key.id(), rotation.overlap()));
    }

    /** The answer with the key, of which the audit is told all but its secret. */
    private static Answer issued(Exchange exchange, IssuedCredential issued) {
        Credential key = issued.credential();
        exchange.did("key/" + key.id(), words(key.order()));
        return Answer.of(Views.ISSUED, issued);
    }

    private static String words(CredentialOrder order) {
        return "subject " + order.subject() + ", scopes "
                + order.scopes().stream().sorted().collect(Collectors.joining(" "))
                + (order.expires() == null ? "" : ", until " + order.expires())
                + (order.perMinute() == null ? "" : ", " + order.perMinute() + " a minute");
    }

    /** One whose record is damaged is found no more, and is revoked all the same: it is nobody's then. */
    private Answer revoke(Exchange exchange) {
        String id = exchange.path("key");
        boolean others = admin().find(id)
                .filter(key -> !key.order().tenant().equals(exchange.tenant()))
                .isPresent();
        if (others || !admin().revoke(id)) {
            throw unknown(id);
        }
        return Answer.nothing();
    }

    private void demandNoMore(Exchange exchange, CredentialOrder order) {
        demandGranted(exchange, order.scopes());
        if (exchange.caller().principal().granted(ISSUE)) {
            return;
        } else if (!order.subject().equals(exchange.caller().principal().subject())) {
            throw new ForbiddenException("a key of another subject than one's own takes the scope " + ISSUE);
        }
        Integer least = ownRate(exchange).orElse(null);
        if (least != null && (order.perMinute() == null || order.perMinute() > least)) {
            throw new ForbiddenException("a key that is let in more often than its maker's (" + least
                    + " times a minute) takes the scope " + ISSUE);
        }
        Instant own = exchange.who().expires();
        Instant asked = order.expires();
        if (own != null && (asked == null || asked.isAfter(own))) {
            throw new ForbiddenException("a key that is good for longer than what its maker came with (" + own
                    + ") takes the scope " + ISSUE);
        }
    }

    /** How often whoever asks is let in, if he came with a key of this administration. */
    private Optional<Integer> ownRate(Exchange exchange) {
        String credential = exchange.who().credential();
        return admin().find(credential.substring(credential.indexOf(':') + 1))
                .flatMap(key -> Optional.ofNullable(key.order().perMinute()));
    }

    private void demandGranted(Exchange exchange, Set<String> scopes) {
        for (String scope : scopes) {
            if (!orchestrator.access().mayHandOn(exchange.who(), scope)) {
                throw new ForbiddenException("a key with scope '" + scope + "' is made or rotated only by "
                        + (scope.startsWith("role:") ? "the operator" : "who was granted that himself"));
            }
        }
    }

    /** A key of another tenant is not there. */
    private Credential find(Exchange exchange) {
        String id = exchange.path("key");
        return admin().find(id)
                .filter(key -> key.order().tenant().equals(exchange.tenant()))
                .orElseThrow(() -> unknown(id));
    }

    private CredentialAdmin admin() {
        return orchestrator
                .access()
                .credentials()
                .orElseThrow(() ->
                        new NotFoundException("keys are not administered here: no authenticator has any of its own"
                                + " (copilot.security.authenticators=apikey)"));
    }

    private static String target(Exchange exchange) {
        String id = exchange.path("key");
        return "key/" + (ID.matcher(id).matches() ? id : "?");
    }

    private static NotFoundException unknown(String id) {
        return NotFoundException.named("key", ID.matcher(id).matches() ? id : "?", List.of());
    }
}
