package org.copilotframework.api.message;

/** Who says a message. The names are those of the A2A protocol. */
public enum Role {
    /** Whoever calls the agent: a person, a program or another agent. */
    USER,
    /** The agent. */
    AGENT
}
