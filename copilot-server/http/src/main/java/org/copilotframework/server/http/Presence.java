package org.copilotframework.server.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.core.Access;
import org.copilotframework.core.Admission;

/**
 * Somebody who stays: whether he would still be let in is asked again now and then, since what he was let in by may be revoked while
 * he reads. Not safe for use by several threads.
 */
final class Presence {
    private final Access access;
    private final Credentials credentials;
    private final Admission who;
    private final Duration every;
    private long asked = System.nanoTime();

    /**
     * Begins.
     *
     * @param who who was let in just now
     * @param every how often it is asked whether he still would be
     */
    Presence(Access access, Credentials credentials, Admission who, Duration every) {
        this.access = access;
        this.credentials = credentials;
        this.who = who;
        this.every = every;
    }

    /** Why he has to leave; empty if he may stay. */
    Optional<CopilotException> gone() {
        Instant expires = who.expires();
        if (expires != null && !Instant.now().isBefore(expires)) {
            return Optional.of(new UnauthenticatedException("the credential has expired; the run goes on"));
        } else if (System.nanoTime() - asked < every.toNanos()) {
            return Optional.empty();
        }
        asked = System.nanoTime();
        return access.stillGood(who, credentials)
                ? Optional.empty()
                : Optional.of(new UnauthenticatedException("the credential is not valid any more; the run goes on"));
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
