package org.copilotframework.api.agent;

/** How an agent uses its thread; the host picks the thread by it. */
public enum Execution {
    /** It mostly waits: for models, databases, other agents. Runs on a virtual thread where the JVM has them. */
    BLOCKING,
    /** It mostly computes. Runs on a bounded pool of platform threads, so that it cannot starve the others. */
    CPU
}
