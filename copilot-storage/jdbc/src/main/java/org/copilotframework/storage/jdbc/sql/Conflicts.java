package org.copilotframework.storage.jdbc.sql;

import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.ValueChange;

/** The words of conflicts: what was expected, what was found, what to do. */
public final class Conflicts {
    private Conflicts() {}

    /**
     * The session is at another version.
     *
     * @param change what was to be changed
     * @param found the version it is at
     * @return the error
     */
    public static ConflictException session(SessionChange change, long found) {
        return new ConflictException("session '" + change.session() + "' is at version " + found
                + ", and this change expects version " + (change.turn().version() - 1) + "; read the session again");
    }

    /**
     * A run of this name was begun by another commit.
     *
     * @param id which run
     * @return the error
     */
    public static ConflictException runIsThere(RunId id) {
        return new ConflictException("run '" + id + "' is there already; begin a run under a new id");
    }

    /**
     * No such run.
     *
     * @param id which run
     * @return the error
     */
    public static ConflictException runIsGone(RunId id) {
        return new ConflictException("run '" + id + "' is not stored: it never began, or is no longer kept");
    }

    /**
     * The run takes no more changes.
     *
     * @param id which run
     * @param state the state it ended in
     * @return the error
     */
    public static ConflictException runHasEnded(RunId id, String state) {
        return new ConflictException("run '" + id + "' has ended as " + state + " and takes no more changes");
    }

    /**
     * Somebody else works on the run.
     *
     * @param id which run
     * @param found the fence it has
     * @param expected the fence that was shown
     * @return the error
     */
    public static ConflictException runFence(RunId id, long found, long expected) {
        return new ConflictException("run '" + id + "' has fence " + found + ", and this change expects " + expected
                + ": another worker has taken it, or it was changed");
    }

    /**
     * The value is at another version.
     *
     * @param change what was to be changed
     * @param found the version it is at; 0 if there is none
     * @return the error
     */
    public static ConflictException value(ValueChange change, long found) {
        String is = found == 0 ? "is not there" : "is at version " + found;
        String expected = change.expected() == 0 ? "expects none" : "expects version " + change.expected();
        return new ConflictException(
                "value '" + change.key() + "' " + is + ", and this change " + expected + "; read the value again");
    }

    /**
     * The value cannot be added to.
     *
     * @param key which value
     * @return the error
     */
    public static ConflictException noCounter(String key) {
        return new ConflictException("value '" + key + "' is no counter, or the sum does not fit in 64 bits;"
                + " count under another key, or delete it first");
    }
}
