package org.copilotframework.server.http;

import org.copilotframework.core.Orchestrator;

/** What all routes have in common. */
record Premises(Orchestrator orchestrator, HttpSettings settings, Door door, Gate gate, BodyBudget bodies) {
    /** How fast bodies have to come, and answers have to be taken. */
    Pace pace() {
        return new Pace(settings.idleTimeout());
    }
}
