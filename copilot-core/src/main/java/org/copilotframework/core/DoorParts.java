package org.copilotframework.core;

import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.spi.audit.AuditSink;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.management.ManagementEndpoint;

/** What the application itself puts at the door; closed by whoever made it. */
record DoorParts(List<Authenticator> authenticators, List<ManagementEndpoint> endpoints, List<AuditSink> sinks) {
    /** Begins with nothing, to be added to. */
    DoorParts() {
        this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    /** The same, not to be changed any more. */
    DoorParts copy() {
        return new DoorParts(List.copyOf(authenticators), List.copyOf(endpoints), List.copyOf(sinks));
    }
}
