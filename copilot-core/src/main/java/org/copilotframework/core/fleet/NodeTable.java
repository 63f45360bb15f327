package org.copilotframework.core.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.Nodes;
import org.copilotframework.core.naming.HostTenant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reports of the nodes on one storage: one value each, which is over when its node has not renewed it for a while. */
public final class NodeTable {
    private static final Logger log = LoggerFactory.getLogger(NodeTable.class);
    private static final String PREFIX = "nodes/";
    private static final long BYTES = 16L << 20;

    private final KeyValues values;

    /**
     * Uses a storage.
     *
     * @param values the values of the storage
     */
    public NodeTable(KeyValues values) {
        this.values = values;
    }

    /**
     * Checks what a node may be called.
     *
     * @param name the name
     * @return the same name
     * @throws InvalidRequestException if it cannot be that of a value
     */
    public static String checkName(String name) {
        try {
            KeyValues.checkKey(PREFIX + name);
            return name;
        } catch (InvalidRequestException wrong) {
            throw wrong.withMessage("copilot.node.name: " + wrong.getMessage());
        }
    }

    /**
     * Reads all reports, up to a thousand.
     *
     * @return what the nodes told
     */
    public Nodes read() {
        List<Nodes.Node> nodes = new ArrayList<>();
        for (StoredValue one : values.list(HostTenant.ID, PREFIX, "", KeyValues.MAX_PAGE, BYTES)) {
            String name = one.key().substring(PREFIX.length());
            try {
                NodeReport.read(one.value())
                        .ifPresentOrElse(
                                known -> nodes.add(new Nodes.Node(name, known.plugins())),
                                () -> log.debug("Node {} reports in a form that this release does not know", name));
            } catch (UnavailableException unreadable) {
                log.debug("The report of node {} cannot be read; the others count", name, unreadable);
            }
        }
        return new Nodes(nodes);
    }

    Optional<StoredValue> find(String name) {
        return values.get(HostTenant.ID, PREFIX + name);
    }

    /** Empty if what is there is not of the expected version, which is 0 for nothing. */
    OptionalLong write(String name, long expected, NodeReport report, Duration ttl) {
        return values.compareAndSet(HostTenant.ID, new ValueChange(PREFIX + name, expected, report.store(), ttl));
    }

    void delete(String name, long expected) {
        values.compareAndSet(HostTenant.ID, ValueChange.delete(PREFIX + name, expected));
    }
}
