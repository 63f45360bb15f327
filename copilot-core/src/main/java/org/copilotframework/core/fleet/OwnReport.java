package org.copilotframework.core.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.core.Nodes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The report of this node, which is written when it has changed, and when half of its time is over. Used by one thread.
 *
 * <p>A node that begins takes over the report that it finds under its name: mostly it is that of the process before it. If that
 * one is still there, it sees that its report was taken, and goes on under a name with something added.
 */
final class OwnReport {
    private static final Logger log = LoggerFactory.getLogger(OwnReport.class);
    private static final int ATTEMPTS = 5;

    private final NodeTable table;
    private final String instance = UUID.randomUUID().toString().substring(0, 8);
    private final Duration ttl;
    private volatile String name;
    private volatile String conflict = "";
    private @Nullable List<Nodes.Plugin> written;
    private long writtenAt;
    private long version;

    OwnReport(NodeTable table, String name, Duration ttl) {
        this.table = table;
        this.name = name;
        this.ttl = ttl;
    }

    String name() {
        return name;
    }

    /** Why the node does not report under its own name; empty if it does. */
    String conflict() {
        return conflict;
    }

    void tell(List<Nodes.Plugin> plugins) {
        long now = System.nanoTime();
        if (plugins.equals(written) && now - writtenAt < ttl.toNanos() / 2) {
            return;
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            OptionalLong done = table.write(name, version, new NodeReport(instance, plugins), ttl);
            if (done.isPresent()) {
                version = done.getAsLong();
                written = plugins;
                writtenAt = now;
                return;
            }
            Optional<StoredValue> there = table.find(name);
            boolean own = there.flatMap(value -> NodeReport.read(value.value()))
                    .map(NodeReport::instance)
                    .filter(instance::equals)
                    .isPresent();
            if (there.isEmpty() || own || written == null) {
                version = there.map(StoredValue::version).orElse(0L);
            } else {
                moveAway();
            }
        }
    }

    private void moveAway() {
        conflict = "another process reports as node '" + name + "', too; give each a copilot.node.name of its own";
        log.warn("{}", conflict);
        name = name + "~" + instance;
        version = 0;
    }

    /** Tells the others that this node is gone. */
    void withdraw() {
        if (version > 0) {
            table.delete(name, version);
        }
    }
}
