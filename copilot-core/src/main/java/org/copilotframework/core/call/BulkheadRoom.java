package org.copilotframework.core.call;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.error.UnavailableException;

/**
 * Bounds how many calls are at work: in one agent, and in all. A permit is kept until the agent has really returned, so that
 * agents that do not end are bounded too; but while a call waits it holds none, so it keeps nobody else from his.
 *
 * <p>A child call takes no permit of the whole, because its root has one that it waits with; nor one of an agent that its chain
 * is in already. Otherwise calls would wait for permits that they hold themselves.
 */
final class BulkheadRoom implements Room {
    private final Gate all;
    private final int agentConcurrency;
    private final int queue;
    private final ConcurrentHashMap<String, Gate> byAgent = new ConcurrentHashMap<>();
    /** Calls that wait at any of the gates. */
    private final AtomicInteger waiting = new AtomicInteger();

    BulkheadRoom(CallLimits limits) {
        this.all = new Gate(limits.concurrency());
        this.agentConcurrency = limits.agentConcurrency();
        this.queue = limits.queue();
    }

    @Override
    public boolean enter(Call call) {
        boolean needsAgent = !withinSameAgent(call);
        boolean needsAll = call.parent == null;
        Gate gate = needsAgent ? gate(call.request().agent()) : all;
        if (needsAgent) {
            call.agentGate = gate;
        }
        while (true) {
            if (needsAgent && !call.agentPermit) {
                if (call.permit && !gate.tryEnter()) {
                    call.permit = false;
                    all.giveBack(waiting);
                }
                if (!call.permit && !in(gate, call, "copilot.invoke.agent-concurrency")) {
                    return false;
                }
                call.agentPermit = true;
            }
            if (!needsAll || call.permit) {
                return true;
            } else if (all.tryEnter()) {
                call.permit = true;
                return true;
            }
            // Nobody waits for one permit while he holds another: the children of those at work may need the agent's.
            if (call.agentPermit) {
                call.agentPermit = false;
                gate.giveBack(waiting);
            }
            if (!in(all, call, "copilot.invoke.concurrency")) {
                return false;
            }
            call.permit = true;
        }
    }

    @Override
    public void leave(Call call) {
        Gate keptAt = call.keptAt;
        if (keptAt != null) {
            keptAt.forget(call, waiting);
        }
        if (call.permit) {
            all.giveBack(waiting);
        }
        Gate agentGate = call.agentGate;
        if (call.agentPermit && agentGate != null) {
            agentGate.giveBack(waiting);
        }
    }

    @Override
    public boolean untilReturned() {
        return true;
    }

    /** How many permits are out, over all gates. */
    int taken(int concurrency) {
        int out = concurrency - all.free();
        for (Gate gate : byAgent.values()) {
            out += agentConcurrency - gate.free();
        }
        return out;
    }

    private Gate gate(String agent) {
        Gate gate = byAgent.get(agent);
        return gate != null ? gate : byAgent.computeIfAbsent(agent, name -> new Gate(agentConcurrency));
    }

    private boolean in(Gate gate, Call call, String setting) {
        call.keptAt = gate;
        switch (gate.enter(call, waiting, queue)) {
            case IN -> {
                call.keptAt = null;
                return true;
            }
            case KEPT -> {
                return false;
            }
            default ->
                throw new UnavailableException(
                        "all permits of " + setting + " are taken and " + queue
                                + " calls wait already (copilot.invoke.queue); send the request later",
                        Duration.ofSeconds(1));
        }
    }

    private static boolean withinSameAgent(Call call) {
        for (Call above = call.parent; above != null; above = above.parent) {
            if (above.request().agent().equals(call.request().agent())) {
                return true;
            }
        }
        return false;
    }
}
