package org.copilotframework.core.fleet;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.core.Nodes;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other nodes what this one serves, and finds where they differ. All of it is done by a thread of its own, again and
 * again; nothing of it is on the way of a request.
 */
public final class NodeReports implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeReports.class);

    /** So that a report outlives a few looks that fail, and that of a dead node does not outlive it by much. */
    private static final int LOOKS_KEPT = 4;

    /** A larger set is told, and compared, in part. */
    private static final int MOST_PLUGINS = 1_000;

    private static final int MOST_TOLD = 10;
    private static final Duration LAST_LOOK = Duration.ofSeconds(2);

    private final NodeTable table;
    private final @Nullable String name;
    private final Supplier<List<PluginStatus>> plugins;
    private final Duration interval;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(null, task, "copilot-node", 0, false);
        thread.setDaemon(true);
        return thread;
    });

    private volatile @Nullable OwnReport own;
    private volatile Set<String> seen = Set.of();
    private volatile List<String> lasting = List.of();
    private volatile String failure = "";

    /**
     * Tells nothing yet.
     *
     * @param table the reports of all
     * @param name what this node is called, or null for the name of the machine
     * @param plugins tells what this node serves
     * @param interval how often to look
     */
    public NodeReports(
            NodeTable table, @Nullable String name, Supplier<List<PluginStatus>> plugins, Duration interval) {
        this.table = table;
        this.name = name;
        this.plugins = plugins;
        this.interval = interval;
    }

    /** Begins to tell and to look. */
    public void begin() {
        clock.scheduleWithFixedDelay(this::look, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void look() {
        try {
            OwnReport report = own();
            List<Nodes.Plugin> serves = serves();
            report.tell(serves);
            Nodes others = new Nodes(table.read().all().stream()
                    .filter(node -> !node.name().equals(report.name()))
                    .toList());
            Set<String> found = new LinkedHashSet<>();
            others.all().forEach(other -> found.addAll(NodeDifferences.between(serves, other)));
            // While a new version goes round, nodes differ for a moment; only what stays so is told.
            lasting = found.stream().filter(seen::contains).toList();
            seen = found;
            failure = "";
        } catch (CopilotException unreachable) {
            failed(String.valueOf(unreachable.getMessage()));
        } catch (RuntimeException | Error fault) {
            // A fault here must not end the looking: the executor would never call again.
            log.error("The nodes could not be compared; the next look tries again", fault);
            failed(fault.toString());
        }
    }

    private void failed(String why) {
        if (failure.isEmpty()) {
            log.warn("What other nodes serve is not known: {}", why);
        }
        failure = why;
    }

    private OwnReport own() {
        OwnReport report = own;
        if (report == null) {
            String called = name != null ? name : machine();
            report = new OwnReport(table, called, interval.multipliedBy(LOOKS_KEPT));
            own = report;
        }
        return report;
    }

    /** May ask a name server, so it is asked on the own thread. */
    private static String machine() {
        String container = System.getenv("HOSTNAME");
        if (container != null && !container.isBlank()) {
            return container.strip();
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            log.debug("This machine has no name", nameless);
            return "localhost";
        }
    }

    private List<Nodes.Plugin> serves() {
        return plugins.get().stream()
                .filter(one -> one.state() != PluginState.DRAINING)
                .limit(MOST_PLUGINS)
                .map(one -> new Nodes.Plugin(one.id(), one.version(), one.digest(), one.state()))
                .toList();
    }

    /**
     * What an operator should know.
     *
     * @return where two looks in a row found that another node differs from this one, and why nodes cannot be compared
     */
    public List<String> trouble() {
        List<String> told = new ArrayList<>(lasting.subList(0, Math.min(MOST_TOLD, lasting.size())));
        if (lasting.size() > MOST_TOLD) {
            told.add("and " + (lasting.size() - MOST_TOLD) + " more differences");
        }
        OwnReport report = own;
        if (report != null && !report.conflict().isEmpty()) {
            told.add(report.conflict());
        }
        if (!failure.isEmpty()) {
            told.add("what other nodes serve is not known: " + failure);
        }
        return told;
    }

    /** Tells the others that this node is gone, if that can be told now. */
    @Override
    public void close() {
        clock.shutdown();
        try {
            if (!clock.awaitTermination(LAST_LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                clock.shutdownNow();
                return;
            }
        } catch (InterruptedException hurried) {
            clock.shutdownNow();
            Thread.currentThread().interrupt();
            return;
        }
        OwnReport report = own;
        if (report != null) {
            try {
                report.withdraw();
            } catch (CopilotException unreachable) {
                log.info("The other nodes learn by themselves that this one is gone: {}", unreachable.getMessage());
            }
        }
    }
}
