package org.copilotframework.core.call;

import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.core.agent.AgentDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rooms in their order, and how calls walk through them and back. */
final class Corridor {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** Walks that began while this thread was on another: done one after another, so that the stack stays flat. */
    private static final ThreadLocal<ArrayDeque<Call>> WALKS = new ThreadLocal<>();

    private final Room[] rooms;
    /** Rooms from here on are left when the agent has returned; those before, when the caller is answered. */
    private final int inner;

    final Set<Call> inFlight = ConcurrentHashMap.newKeySet();
    final AtomicInteger waiting = new AtomicInteger();
    final Glance glance = new Glance();
    final Premises premises;
    final Overruns overruns;
    final Punctuality punctuality;
    final EventKeeper events;
    final Leaving leaving;
    final RunDesk desk;

    /** Called after each call that was answered. */
    volatile Runnable whenAnswered = () -> {};

    Corridor(Premises premises, Overruns overruns, AgentDirectory agents, Room... rooms) {
        this.premises = premises;
        this.overruns = overruns;
        this.punctuality = new Punctuality(
                premises.workers(), premises.limits().cancelGrace().toNanos());
        this.rooms = rooms;
        this.events = new EventKeeper(premises);
        this.leaving = new Leaving(premises, events);
        this.desk = new RunDesk(this, agents);
        int first = 0;
        while (first < rooms.length && !rooms[first].untilReturned()) {
            first++;
        }
        this.inner = first;
    }

    /** A new call comes in, on its caller's thread. */
    void begin(Call call) {
        inFlight.add(call);
        walk(call);
    }

    /** A call that was kept has got what it waited for. Does nothing if it has ended; false then. */
    boolean goOn(Call call) {
        if (!call.claim(Call.KEPT, Call.WALKING)) {
            return false;
        }
        call.unkept();
        call.entered++;
        walkFlat(call);
        return true;
    }

    /** A call that was kept tries the same room again. False if it has ended. */
    boolean again(Call call, Runnable first) {
        if (!call.claim(Call.KEPT, Call.WALKING)) {
            return false;
        }
        call.unkept();
        first.run();
        walkFlat(call);
        return true;
    }

    /** Leaves the rooms nearest to the agent. By the call's owner, once. */
    void leaveInner(Call call) {
        for (int i = Math.min(call.entered, rooms.length - 1); i >= inner; i--) {
            leave(rooms[i], call);
        }
    }

    /** Leaves the other rooms. By whoever answers the call, once. */
    void leaveOuter(Call call) {
        for (int i = inner - 1; i >= 0; i--) {
            if (i <= call.entered || rooms[i].leftByAll()) {
                leave(rooms[i], call);
            }
        }
        inFlight.remove(call);
        whenAnswered.run();
    }

    private void walkFlat(Call call) {
        ArrayDeque<Call> later = WALKS.get();
        if (later != null) {
            later.add(call);
            return;
        }
        later = new ArrayDeque<>();
        WALKS.set(later);
        try {
            for (Call next = call; next != null; next = later.poll()) {
                walk(next);
            }
        } finally {
            WALKS.remove();
        }
    }

    /** The thread that walks a call owns it; {@link Call#entered} is the room the call is in. */
    private void walk(Call call) {
        try {
            while (call.entered < rooms.length && !call.decided()) {
                if (!rooms[call.entered].enter(call)) {
                    // Kept or handed over: somebody else may own the call already.
                    if (call.finished()) {
                        call.settle();
                    }
                    return;
                }
                call.entered++;
            }
        } catch (CopilotException refusal) {
            call.decide(refusal);
        } catch (RuntimeException | Error fault) {
            call.decide(Failures.ofTheHost(call, fault));
        }
        call.stop();
    }

    private static void leave(Room room, Call call) {
        try {
            room.leave(call);
        } catch (RuntimeException | Error fault) {
            LOG.error("A call of agent '{}' could not leave {}", call.request().agent(), room, fault);
        }
    }
}
