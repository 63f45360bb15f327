package org.copilotframework.server.http;

import org.copilotframework.core.Orchestrator;

/** What all routes have in common. */
record Premises(Orchestrator orchestrator, HttpSettings settings, Door door, Gate gate) {}
