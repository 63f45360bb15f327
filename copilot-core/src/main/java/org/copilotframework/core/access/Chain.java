package org.copilotframework.core.access;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;
import org.copilotframework.api.spi.authentication.TokenIssuer;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.secret.Redaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Authenticators, asked one after the other. Their words are for the audit and the log; the caller is told the host's. */
public final class Chain implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Chain.class);
    /** Those that the application gives have no name. */
    private static final String APPLICATION = "application";

    private static final Duration RETRY = Duration.ofSeconds(1);

    private record Link(String name, Authenticator authenticator, boolean own) {
        /** Whoever was recognised, under a name that no other authenticator gives. */
        Identity named(Identity found) {
            Principal principal = found.principal();
            String kind = own ? name : APPLICATION;
            return new Identity(
                    new Principal(kind + ":" + principal.subject(), principal.scopes()),
                    found.tenant(),
                    found.tenants(),
                    found.credential(),
                    found.expires(),
                    found.operator(),
                    found.limit());
        }
    }

    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final Redaction redaction;
    private final boolean apart;

    /**
     * Begins with none.
     *
     * @param redaction keeps secrets out of what authenticators say
     */
    public Chain(Redaction redaction) {
        this(redaction, false);
    }

    /**
     * Begins with none.
     *
     * @param redaction keeps secrets out of what authenticators say
     * @param apart whether the subjects of one authenticator are others than those of the next, though they have the same name
     */
    public Chain(Redaction redaction, boolean apart) {
        this.redaction = redaction;
        this.apart = apart;
    }

    /**
     * Adds one that is closed by whoever made it.
     *
     * @param given asked after those that are there
     */
    public void add(Authenticator given) {
        links.add(new Link(given.getClass().getName(), given, false));
    }

    /** Adds one that is closed with this. */
    void addOwn(String name, Authenticator opened) {
        links.add(new Link(name, opened, true));
    }

    /**
     * Whether there is none.
     *
     * @return whether nobody is asked
     */
    public boolean isEmpty() {
        return links.isEmpty();
    }

    /**
     * Asks one after the other. One that finds something of its kind that is not valid ends the search: what the next one would find
     * is what somebody else put there.
     *
     * @throws UnauthenticatedException if there is something that is not valid, with the reason for the audit
     */
    Optional<Identity> authenticate(Credentials credentials) {
        return asked(one -> one.authenticate(credentials));
    }

    /** Asks about somebody who was let in before; that is no request of his. */
    Optional<Identity> again(Credentials credentials) {
        return asked(one -> one.recogniseAgain(credentials));
    }

    private Optional<Identity> asked(Function<Authenticator, Optional<Identity>> question) {
        for (Link one : links) {
            Optional<Identity> identity = ask(one, question);
            if (identity.isPresent()) {
                return identity;
            }
        }
        return Optional.empty();
    }

    private Optional<Identity> ask(Link one, Function<Authenticator, Optional<Identity>> question) {
        try {
            Optional<Identity> found =
                    Objects.requireNonNull(question.apply(one.authenticator()), "null for an identity");
            return apart ? found.map(one::named) : found;
        } catch (QuotaExceededException often) {
            throw new QuotaExceededException(
                    "this credential was used too often",
                    often.retryAfter().orElse(null),
                    often.limit().orElse(null));
        } catch (UnavailableException down) {
            log.warn("Authenticator {} cannot tell who calls: {}", one.name(), redaction.of(down.getMessage()));
            throw unknown(down.retryAfter().orElse(RETRY));
        } catch (CopilotException refused) {
            throw new UnauthenticatedException(one.name() + ": " + redaction.of(refused.getMessage()));
        } catch (RuntimeException | Error fault) {
            log.error(
                    "Authenticator {} is broken; nobody is let in by it: {}",
                    one.name(),
                    redaction.of(Faults.inWords(fault)));
            throw unknown(RETRY);
        }
    }

    private static UnavailableException unknown(Duration retry) {
        return new UnavailableException("it cannot be told now who calls; try again", retry);
    }

    List<String> challenges() {
        List<String> all = new ArrayList<>();
        for (Link one : links) {
            try {
                all.addAll(one.authenticator().challenges());
            } catch (RuntimeException | Error fault) {
                log.error(
                        "Authenticator {} cannot say what it wants: {}",
                        one.name(),
                        redaction.of(Faults.inWords(fault)));
            }
        }
        return List.copyOf(all);
    }

    Optional<CredentialAdmin> admin() {
        return first(Authenticator::admin, "who administers its credentials");
    }

    Optional<TokenIssuer> tokens() {
        return first(Authenticator::tokens, "who signs tokens for it");
    }

    private <T> Optional<T> first(Function<Authenticator, Optional<T>> service, String what) {
        for (Link one : links) {
            try {
                Optional<T> found = service.apply(one.authenticator());
                if (found.isPresent()) {
                    return found;
                }
            } catch (RuntimeException | Error fault) {
                log.error("Authenticator {} cannot say {}: {}", one.name(), what, redaction.of(Faults.inWords(fault)));
            }
        }
        return Optional.empty();
    }

    /** What does not work now. */
    List<String> troubles() {
        List<String> all = new ArrayList<>();
        for (Link one : links) {
            try {
                one.authenticator().troubles().forEach(trouble -> all.add(one.name() + ": " + redaction.of(trouble)));
            } catch (RuntimeException | Error fault) {
                all.add(one.name() + " cannot tell how it is: " + redaction.of(Faults.brief(fault)));
            }
        }
        return all;
    }

    /** Closes those that were opened for it. One that cannot be closed does not keep the others. */
    @Override
    public void close() {
        for (Link one : links) {
            try {
                if (one.own()) {
                    one.authenticator().close();
                }
            } catch (RuntimeException | Error fault) {
                log.warn("Authenticator {} could not be closed: {}", one.name(), redaction.of(Faults.inWords(fault)));
            }
        }
        links.clear();
    }
}
