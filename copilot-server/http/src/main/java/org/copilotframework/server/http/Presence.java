package org.copilotframework.server.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.core.Admission;

/**
 * Somebody who stays: whether he would still be let in is asked again now and then, since what he was let in by may be revoked while
 * he reads. Not safe for use by several threads.
 */
final class Presence {
    /** After how many of them it is asked again whether he would still be let in: a minute, unless set otherwise. */
    private static final int KEEP_ALIVES = 4;

    private final Door door;
    private final Credentials credentials;
    private final Admission who;
    private final Duration every;
    private final String then;
    private long asked = System.nanoTime();

    /**
     * Begins.
     *
     * @param who who was let in just now
     * @param every how often it is asked whether he still would be
     * @param then what he is told of what he has begun, if he has to leave
     */
    private Presence(Door door, Credentials credentials, Admission who, Duration every, String then) {
        this.door = door;
        this.credentials = credentials;
        this.who = who;
        this.every = every;
        this.then = then;
    }

    /**
     * Begins for who makes a request.
     *
     * @param then what he is told of what he has begun, if he has to leave
     */
    static Presence of(Exchange exchange, String then) {
        Premises premises = exchange.premises();
        Duration every = premises.settings().keepAlive().multipliedBy(KEEP_ALIVES);
        return new Presence(premises.door(), exchange.credentials(), exchange.who(), every, then);
    }

    /**
     * Demands that he may stay.
     *
     * @throws CopilotException if he has to leave
     */
    void demand() {
        Optional<CopilotException> gone = gone();
        if (gone.isPresent()) {
            throw gone.get();
        }
    }

    /** Why he has to leave; empty if he may stay. */
    Optional<CopilotException> gone() {
        Instant expires = who.expires();
        if (expires != null && !Instant.now().isBefore(expires)) {
            return Optional.of(new UnauthenticatedException("the credential has expired; " + then));
        } else if (Duration.ofNanos(System.nanoTime() - asked).compareTo(every) < 0) {
            return Optional.empty();
        }
        asked = System.nanoTime();
        return door.stillGood(who, credentials)
                ? Optional.empty()
                : Optional.of(new UnauthenticatedException("the credential is not valid any more; " + then));
    }

    /** How long to wait for anything, at most, before it is asked again. */
    Duration patience(Duration most) {
        Instant expires = who.expires();
        if (expires == null) {
            return most;
        }
        Duration left = Duration.between(Instant.now(), expires);
        Duration wait = left.isNegative() ? Duration.ZERO : left;
        return wait.compareTo(most) < 0 ? wait : most;
    }
}
