package org.copilotframework.core.call;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.Leases;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Agents that go on after their call has ended. One that is caught is moved away from the threads it shares with others, for
 * as long as this generation of its plugin lives: a new version starts with a clean record.
 */
final class Overruns {
    static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** Weak, so that a mark does not keep a generation in memory. */
    private record Mark(String agent, WeakReference<Leases> generation) {}

    private final Workers workers;
    private final long grace;
    private final AtomicInteger abandoned = new AtomicInteger();
    private final LongAdder total = new LongAdder();
    private final ConcurrentHashMap<String, LongAdder> byAgent = new ConcurrentHashMap<>();
    /** Replaced as a whole; nearly always empty. */
    private volatile List<Mark> marks = List.of();

    Overruns(Workers workers, long grace) {
        this.workers = workers;
        this.grace = grace;
    }

    /** Whether this generation of this agent was caught. */
    boolean caught(HostedAgent hosted) {
        List<Mark> known = marks;
        for (int i = 0; i < known.size(); i++) {
            Mark mark = known.get(i);
            if (mark.generation().get() == hosted.leases()
                    && mark.agent().equals(hosted.descriptor().name())) {
                return true;
            }
        }
        return false;
    }

    void abandoned() {
        abandoned.incrementAndGet();
    }

    void returned() {
        abandoned.decrementAndGet();
    }

    ScheduledFuture<?> watch(AgentThread agentThread, Call call) {
        return workers.after(grace, () -> {
            Thread thread = agentThread.overrunning();
            HostedAgent hosted = call.hosted;
            if (thread != null && hosted != null) {
                ignored(thread, hosted, call);
            }
        });
    }

    int abandonedNow() {
        return abandoned.get();
    }

    long total() {
        return total.sum();
    }

    Map<String, Long> byAgent() {
        Map<String, Long> counts = new TreeMap<>();
        byAgent.forEach((agent, count) -> counts.put(agent, count.sum()));
        return counts;
    }

    Set<String> moved() {
        Set<String> agents = new TreeSet<>();
        for (Mark mark : marks) {
            if (mark.generation().get() != null) {
                agents.add(mark.agent());
            }
        }
        return agents;
    }

    private void ignored(Thread thread, HostedAgent hosted, Call call) {
        String agent = hosted.descriptor().name();
        total.increment();
        byAgent.computeIfAbsent(agent, name -> new LongAdder()).increment();
        mark(hosted, agent);
        StackTraceElement[] stack = thread.getStackTrace();
        LOG.warn(
                "Agent '{}' of plugin {} ignores that run {} has ended: thread {} is still at {}. It runs apart from the"
                        + " other agents from now on; it should return when context.cancelled() turns true or its thread is"
                        + " interrupted",
                agent,
                hosted.plugin().plugin(),
                call.runId(),
                thread.getName().isEmpty() ? "#" + thread.getId() : thread.getName(),
                stack.length == 0 ? "an unknown place" : stack[0].toString());
    }

    private synchronized void mark(HostedAgent hosted, String agent) {
        if (caught(hosted)) {
            return;
        }
        List<Mark> living = new ArrayList<>();
        for (Mark mark : marks) {
            if (mark.generation().get() != null) {
                living.add(mark);
            }
        }
        living.add(new Mark(agent, new WeakReference<>(hosted.leases())));
        marks = List.copyOf(living);
    }
}
