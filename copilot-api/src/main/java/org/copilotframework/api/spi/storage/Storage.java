package org.copilotframework.api.spi.storage;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * A store of the sessions, runs and values of many tenants. Safe for use by several threads, and by several processes if
 * it is {@linkplain #shared() shared}.
 *
 * <p>Every method may block. It throws {@link org.copilotframework.api.error.UnavailableException} if the store cannot be
 * reached or does not answer within the time the provider is set to; a commit may then have been made or not, and may be sent
 * again. The same is thrown if tables, keys or rights are no longer as {@link #check} found them: only {@link #check} and {@link
 * #migrate} call that a conflict. It throws {@link org.copilotframework.api.error.InvalidRequestException} for content that is larger than the store can
 * take, and {@link org.copilotframework.api.error.QuotaExceededException} if the store is full. No message shows a password.
 *
 * <p>A call ends within twice the time that the store is set to, whatever a server does; a local disk that hangs may hold the
 * thread that writes until it answers. To interrupt the thread may end it earlier, with UnavailableException, or not: a store need
 * not listen. Nothing is half written either way, and the thread stays interrupted.
 *
 * <p>Some calls are many transactions, as many as there is to do: {@link #migrate}, {@link #erase}, {@link #sweep}, {@link
 * #beginSession}, {@link Sessions#delete}, {@link Runs#delete}, and {@link Runs#renew} and {@link Outbox#remove} of many. Each of
 * their transactions ends within that time. If one fails, those before it stay, and the call goes on from there when it is made
 * again. So these are no calls for a thread that others wait for.
 */
public interface Storage extends AutoCloseable {
    /**
     * Reads sessions.
     *
     * @return always the same object
     */
    Sessions sessions();

    /**
     * Reads and claims runs.
     *
     * @return always the same object
     */
    Runs runs();

    /**
     * Reads and changes values.
     *
     * @return always the same object
     */
    KeyValues values();

    /**
     * The messages that wait to be published.
     *
     * @return always the same object
     */
    Outbox outbox();

    /**
     * Writes what one activation changes, all of it or nothing. The cost does not grow with the length of the session or the
     * number of runs.
     *
     * @param commit what changes
     * @return what is stored now; for a commit that was made before, the first result, and nothing is written. A commit that
     *     only journals steps is never told to be repeated
     * @throws org.copilotframework.api.error.ConflictException if the session is no longer at the expected version, the run has
     *     another fence, has ended or is there already, or a value is not at its expected version; nothing is written
     */
    CommitResult commit(Commit commit);

    /**
     * Begins a session whose first turns are kept no longer, for copies of the store. Its next turn is the one after them. Until
     * that is committed, what is read of the session is not said, but that it is at the version of the last turn that is not kept.
     *
     * <p>What is inherited commits a turn for each, and has it dropped by the next one. A store that can do it at once does so.
     *
     * @param tenant whose session
     * @param session which session; it is not there, or at an earlier version since this was cut short before
     * @param dropped how many turns are not kept; 1 or more
     */
    default void beginSession(TenantId tenant, SessionId session, long dropped) {
        long there = sessions().head(tenant, session).map(SessionHead::version).orElse(0L);
        Payload nothing = Payload.of(new byte[0]);
        for (long version = there + 1; version <= dropped; version++) {
            StoredTurn filler = new StoredTurn("dropped/" + version, version, Instant.EPOCH, "-", nothing);
            commit(Commit.in(tenant)
                    .session(new SessionChange(session, filler, Map.of(), 1))
                    .build());
        }
    }

    /**
     * How much content one commit may have, as {@link Commit#contentBytes()} counts it. One that has no more, and names of
     * moderate length, is not refused for its size. An orchestrator bounds messages to a quarter of it, since what an activation
     * commits may hold the request, the reply twice and the session's state.
     *
     * @return bytes; {@link Long#MAX_VALUE} for a store that knows no limit of its own
     */
    default long maxCommitBytes() {
        return Long.MAX_VALUE;
    }

    /**
     * What an acknowledged commit survives.
     *
     * @return the weakest guarantee under the store's present settings
     */
    Durability durability();

    /**
     * Whether another process can open the same store, now or later. What is in one that is not shared ends with this object.
     *
     * @return true unless the durability is {@link Durability#MEMORY}; a server that keeps all in its memory says true too
     */
    default boolean shared() {
        return durability() != Durability.MEMORY;
    }

    /**
     * Brings the store's schema to the version this provider knows. Does nothing if it is there; safe if several processes do
     * it at once.
     *
     * @throws org.copilotframework.api.error.ConflictException if the schema is of a newer version, or what is there is not
     *     ours
     */
    void migrate();

    /**
     * Checks that the schema is the one this provider knows, and changes nothing.
     *
     * @throws org.copilotframework.api.error.ConflictException if it is missing, older or newer; says what to do
     */
    void check();

    /**
     * Checks that a tenant's content can be read now, as far as that is no matter of a single record: an encrypted store needs the
     * tenant's key. It is asked where something could not be read, to tell what passes from what is damaged: a run that cannot
     * be read for the moment is handed back, and not counted as tried.
     *
     * @param tenant whose content
     * @throws org.copilotframework.api.error.UnavailableException if none of it can be read now, since the tenant's key cannot be
     *     had: also if that is damaged, or what wraps it is gone, as both may be restored. A single record that is damaged is no
     *     reason, and neither is a tenant that has no key
     */
    default void checkReadable(TenantId tenant) {}

    /**
     * Lists the tenants that have data, in the order of their names by code point. For operations on the whole store, so it may
     * read much.
     *
     * @param after list those after this one; null for the first page
     * @param limit how many at most, from 1 to 1000
     * @return the tenants; fewer than the limit only at the end
     */
    List<TenantId> tenants(@Nullable TenantId after, int limit);

    /**
     * Deletes all data of a tenant: sessions, runs, values and messages. What is committed for the tenant while this is at work
     * may stay. If it fails half-way, it is called again.
     *
     * @param tenant whose data
     * @return how many sessions, runs, values and messages were deleted
     */
    long erase(TenantId tenant);

    /**
     * Deletes what is no longer kept: runs and values whose time is over, and what the retention says. A store that deletes a
     * large one piece by piece counts each piece, so that a sweep ends soon however large it is.
     *
     * @param retention what else may go
     * @param limit how many sessions, runs and values at most, from 1 to 10,000
     * @return how many were deleted; fewer than the limit if nothing more is to be done
     */
    int sweep(Retention retention, int limit);

    /** Frees what the store holds. Commits that were acknowledged stay. May be called more than once. */
    @Override
    void close();
}
