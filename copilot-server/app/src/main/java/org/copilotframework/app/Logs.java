package org.copilotframework.app;

/** Prepares the log before the first logger is made: its configuration file reads these properties. */
final class Logs {
    private static final String LEVEL = "log.level.default";
    private static final String EXCEPTION = "log.exception";

    private Logs() {}

    static void prepare(boolean debug, boolean verbose) {
        if (verbose) {
            System.setProperty(LEVEL, "INFO");
        }
        if (debug) {
            System.setProperty(EXCEPTION, "%ex");
        }
    }
}
