package org.copilotframework.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.audit.AuditSink;
import org.copilotframework.api.spi.authorization.Authorizer;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.core.access.AuthenticatorProviders;
import org.copilotframework.core.access.Chain;
import org.copilotframework.core.access.Door;
import org.copilotframework.core.access.Endpoints;
import org.copilotframework.core.access.Fitness;
import org.copilotframework.core.audit.AuditBook;
import org.copilotframework.core.audit.AuditTrail;
import org.copilotframework.core.audit.LogAudit;
import org.copilotframework.core.audit.StorageAudit;
import org.copilotframework.core.settings.AuditSettings;
import org.copilotframework.core.settings.CopilotSettings;
import org.copilotframework.core.settings.CopilotSettings.Environment;
import org.copilotframework.core.settings.LoadedSettings;
import org.copilotframework.core.settings.SecuritySettings.Subjects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the door is, as the settings say. It is put there when it is first asked for: a program that lets nobody in looks for no
 * authenticator, and opens none.
 */
final class Entrance implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Entrance.class);
    private static final String NOBODY = "none";
    private static final String API_KEY = "apikey";

    private final Ground ground;
    private final KeyValues values;
    private final Authorizer authorizer;
    private final DoorParts given;
    private final AuditTrail trail;
    private final AuditBook book;
    private final ClassLoader loader = Thread.currentThread().getContextClassLoader();

    /** Asked for by each request; put there under the lock of this. */
    private volatile @Nullable Door door;

    /** Guarded by this. */
    private boolean closed;

    Entrance(Ground ground, KeyValues values, Authorizer authorizer, DoorParts given) {
        AuditSettings audit = ground.settings().core().audit();
        this.ground = ground;
        this.values = values;
        this.authorizer = authorizer;
        this.given = given;
        StorageAudit stored = new StorageAudit(values, audit.keep());
        List<AuditSink> sinks = new ArrayList<>();
        if (audit.log()) {
            sinks.add(new LogAudit(!audit.storage() && given.sinks().isEmpty()));
        }
        if (audit.storage()) {
            sinks.add(stored);
        }
        sinks.addAll(given.sinks());
        this.trail = new AuditTrail(sinks, ground.settings().redaction());
        this.book = new AuditBook(stored, trail);
    }

    StoredAudit audit() {
        return book;
    }

    Access access() {
        Door there = door;
        return there != null ? there : opened();
    }

    private synchronized Door opened() {
        if (closed) {
            throw new UnavailableException("nobody is let in any more: the orchestrator is closed", Duration.ZERO);
        }
        Door there = door;
        if (there == null) {
            there = made();
            door = there;
        }
        return there;
    }

    private Door made() {
        LoadedSettings loaded = ground.settings();
        CopilotSettings settings = loaded.core();
        Chain chain = new Chain(loaded.redaction(), settings.security().subjects() == Subjects.APART);
        try {
            given.authenticators().forEach(chain::add);
            List<String> refused = new ArrayList<>();
            String missing = open(chain, refused);
            demandNone(refused);
            return new Door(
                    chain,
                    loaded.roles(),
                    authorizer,
                    trail,
                    Endpoints.find(given.endpoints(), loader, ground.providers()),
                    new Fitness(
                            missing,
                            settings.environment() == Environment.DEV,
                            loaded.unfit(true),
                            loaded.unfit(false)),
                    settings.security().failedAttempts(),
                    settings.audit().denials(),
                    settings.audit().calls(),
                    System::nanoTime);
        } catch (RuntimeException | Error fault) {
            chain.close();
            throw ground.clean(fault);
        }
    }

    /** Says all that is wrong, also what would be told at the next start. */
    private void demandNone(List<String> refused) {
        if (!refused.isEmpty()) {
            List<String> all = new ArrayList<>(refused);
            all.addAll(ground.settings().unfit(true));
            throw new InvalidRequestException(
                    all.size() == 1
                            ? all.get(0)
                            : "nobody can be let in as this is set up:\n  " + String.join("\n  ", all));
        }
    }

    /** Opens those that are named; says which one is missing though there is a key for it. */
    private String open(Chain chain, List<String> refused) {
        LoadedSettings loaded = ground.settings();
        Optional<String> said = loaded.core().security().authenticators();
        boolean byKey = said.isEmpty() && chain.isEmpty() && loaded.hasApiKey();
        List<String> names =
                byKey ? List.of(API_KEY) : said.map(Entrance::names).orElse(List.of());
        if (names.isEmpty()) {
            return "";
        }
        AuthenticatorProviders providers = AuthenticatorProviders.find(loader, ground.providers());
        if (byKey && !providers.has(API_KEY)) {
            String missing = "copilot.security.apikey.key (in the environment API_KEY) is set, but "
                    + providers.missing(API_KEY) + "; or set copilot.security.authenticators to " + NOBODY;
            log.error("Nobody is let in: {}", missing);
            return missing;
        }
        refused.addAll(providers.open(names, StorePlaces.authenticator(loaded, values), chain));
        return "";
    }

    private static List<String> names(String said) {
        List<String> names = Arrays.stream(said.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        if (names.equals(List.of(NOBODY))) {
            return List.of();
        } else if (names.isEmpty() || names.contains(NOBODY)) {
            throw new InvalidRequestException("copilot.security.authenticators is '" + said
                    + "'; write names with commas, such as apikey,jwt, or " + NOBODY + " alone");
        }
        return names;
    }

    /** What does not work now; empty if there is nobody who is asked who he is. */
    Optional<List<String>> troubles() {
        return Optional.ofNullable(door).filter(there -> !there.open()).map(Door::troubles);
    }

    /** Why the last thing that was audited could not be kept; empty if it could. */
    String auditTrouble() {
        return trail.trouble();
    }

    @Override
    public synchronized void close() {
        closed = true;
        Door there = door;
        door = null;
        if (there != null) {
            there.close();
        }
    }
}
