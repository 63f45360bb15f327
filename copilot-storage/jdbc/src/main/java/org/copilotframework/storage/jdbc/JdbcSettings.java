package org.copilotframework.storage.jdbc;

import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;

/**
 * The settings below {@code copilot.storage.jdbc}.
 *
 * @param timeout how long a call waits for the database
 * @param poolSize how many connections there are at most; in SQLite those that read
 * @param synchronous SQLite: what a commit waits for
 * @param maxBytes SQLite: how large the file may become
 * @param ownerUrl PostgreSQL: the URL of the role that owns the tables, for migrations
 * @param allowBypassRls PostgreSQL: whether the application's role may be one that row-level security does not hold back
 */
public record JdbcSettings(
        @Doc("how long a call waits for the database, from 100ms to 10m") @Default("10s")
        Duration timeout,

        @Doc("how many connections there are at most; in SQLite those that read") @Default("10")
        int poolSize,

        @Doc("SQLite: what a commit waits for: full survives the loss of power, normal the end of the process")
        @Default("full")
        Synchronous synchronous,

        @Doc("SQLite: how many bytes the file may have; as many as fit on the disk where none is said")
        Optional<Long> maxBytes,

        @Doc(
                "PostgreSQL: the URL of the role that owns the tables, for migrations; the store's own URL where none is said")
        Optional<String> ownerUrl,

        @Doc(
                "PostgreSQL, for development: whether the role may be a superuser or another that row-level security does not hold"
                        + " back")
        @Default("false")
        boolean allowBypassRls) {

    /** What a commit in SQLite waits for. */
    public enum Synchronous {
        /** Until the disk has it: survives the loss of power. */
        FULL,
        /** Until the operating system has it: survives the end of the process. */
        NORMAL
    }

    /** {@return the settings without the owner's URL, which has a password} */
    @Override
    public String toString() {
        return "JdbcSettings[timeout=" + timeout + ", poolSize=" + poolSize + ", synchronous=" + synchronous
                + ", maxBytes="
                + maxBytes + ", ownerUrl=" + (ownerUrl.isPresent() ? "***" : "none") + ", allowBypassRls="
                + allowBypassRls + "]";
    }

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public JdbcSettings {
        if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("timeout: must be from 100ms to 10m, not " + timeout);
        } else if (poolSize < 1 || poolSize > 1_000) {
            throw new IllegalArgumentException("pool-size: must be from 1 to 1000, not " + poolSize);
        } else if (maxBytes.isPresent() && maxBytes.get() < 1 << 20) {
            throw new IllegalArgumentException("max-bytes: must be 1048576 (1 MiB) or more, not " + maxBytes.get());
        }
    }
}
