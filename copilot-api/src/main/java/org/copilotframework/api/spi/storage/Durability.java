package org.copilotframework.api.spi.storage;

/** What an acknowledged commit survives. */
public enum Durability {
    /** Nothing: it is gone with the process. */
    MEMORY,
    /** The end of the process by any means. */
    PROCESS_CRASH,
    /** The loss of power. */
    POWER_LOSS
}
