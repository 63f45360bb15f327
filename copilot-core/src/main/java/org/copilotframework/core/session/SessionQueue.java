package org.copilotframework.core.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.SessionPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Lets one guest at a time be at work on a session; the others wait in order of arrival and hold no thread. A session that
 * nobody is at work on takes no memory.
 */
public final class SessionQueue {
    /** Who wants to work on a session. Compared by identity. */
    public interface Guest {
        /** It is about to be put in the queue. Called under the session's lock, so it must not call back. */
        void kept();

        /** The session is its own now. Does nothing if it has gone meanwhile; it then still {@linkplain #leave leaves}. */
        void admitted();

        /**
         * Another guest came in with {@link SessionPolicy#INTERRUPT}.
         *
         * @param why the reason, for a person
         */
        void interrupted(String why);
    }

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private record Key(TenantId tenant, SessionId session) {}

    private static final class Line {
        private Guest atWork;
        private final ArrayDeque<Guest> waiting = new ArrayDeque<>(2);

        Line(Guest first) {
            this.atWork = first;
        }
    }

    /** What happened under the lock of a session, to be acted on outside of it. */
    private static final class Step {
        private boolean in;
        private boolean refused;
        /** Refused because too many wait in all. */
        private boolean full;

        private List<Guest> interrupted = List.of();
        private @Nullable Guest next;
    }

    private final ConcurrentHashMap<Key, Line> lines = new ConcurrentHashMap<>();
    private final int limit;
    private final int total;
    /** Guests that wait, for whatever session. */
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Makes an empty queue.
     *
     * @param limit how many guests may wait for one session
     * @param total how many guests may wait in all
     */
    public SessionQueue(int limit, int total) {
        this.limit = limit;
        this.total = total;
    }

    /**
     * Comes in.
     *
     * @param tenant whose session
     * @param session which session
     * @param policy what to do if somebody is at work on it
     * @param guest who comes
     * @return true if the session is the guest's now; false if he waits and is told later
     * @throws ConflictException if somebody is at work and the policy is {@link SessionPolicy#REJECT}
     * @throws UnavailableException if too many wait
     */
    public boolean enter(TenantId tenant, SessionId session, SessionPolicy policy, Guest guest) {
        Step step = new Step();
        lines.compute(new Key(tenant, session), (key, line) -> arrive(line, policy, guest, step));
        if (step.full) {
            throw new UnavailableException(
                    total + " calls wait for their sessions already (copilot.invoke.queue); send the request later",
                    RETRY_AFTER);
        } else if (step.refused) {
            throw refusal(session, policy);
        }
        step.interrupted.forEach(other ->
                other.interrupted("a later call for session '" + session + "' came in with the policy INTERRUPT"));
        return step.in;
    }

    /**
     * Goes, whether the guest was at work, waiting, or never in.
     *
     * @param tenant whose session
     * @param session which session
     * @param guest who goes
     */
    @SuppressWarnings("ReferenceEquality")
    public void leave(TenantId tenant, SessionId session, Guest guest) {
        Step step = new Step();
        lines.computeIfPresent(new Key(tenant, session), (key, line) -> {
            if (line.atWork != guest) {
                if (line.waiting.remove(guest)) {
                    waiting.decrementAndGet();
                }
                return line;
            }
            step.next = line.waiting.poll();
            if (step.next == null) {
                return null;
            }
            waiting.decrementAndGet();
            line.atWork = step.next;
            return line;
        });
        if (step.next != null) {
            step.next.admitted();
        }
    }

    /**
     * How many sessions somebody is at work on.
     *
     * @return the number at this moment
     */
    public int busy() {
        return lines.size();
    }

    private Line arrive(@Nullable Line line, SessionPolicy policy, Guest guest, Step step) {
        if (line == null) {
            step.in = true;
            return new Line(guest);
        }
        if (policy == SessionPolicy.REJECT || (policy == SessionPolicy.ENQUEUE && line.waiting.size() >= limit)) {
            step.refused = true;
            return line;
        }
        if (waiting.get() >= total && policy == SessionPolicy.ENQUEUE) {
            step.refused = true;
            step.full = true;
            return line;
        }
        if (policy == SessionPolicy.INTERRUPT) {
            waiting.addAndGet(-line.waiting.size());
            step.interrupted = new ArrayList<>(line.waiting);
            step.interrupted.add(line.atWork);
            line.waiting.clear();
        }
        guest.kept();
        waiting.incrementAndGet();
        line.waiting.add(guest);
        return line;
    }

    private RuntimeException refusal(SessionId session, SessionPolicy policy) {
        if (policy == SessionPolicy.REJECT) {
            return new ConflictException(
                    "session '" + session + "' is at work on an earlier call; wait for it, or send the"
                            + " request with the session policy ENQUEUE or INTERRUPT");
        }
        return new UnavailableException(
                "session '" + session + "' has " + limit
                        + " calls waiting already (copilot.invoke.session-queue); send the request later",
                RETRY_AFTER);
    }
}
