package org.copilotframework.app;

/** The program {@code copilot}. */
public final class Main {
    private Main() {}

    /**
     * Runs one command and ends the process with its exit status: 0, the status of an {@link
     * org.copilotframework.api.error.ErrorCode}, or 1 for a fault that is not among them.
     *
     * @param args the command and its options
     */
    public static void main(String[] args) {
        StopSignal stop = new StopSignal(Runtime.getRuntime()::addShutdownHook);
        int status = CommandLineFace.run(Surroundings.ofProcess(stop), args);
        stop.ended(status);
        System.exit(status);
    }
}
