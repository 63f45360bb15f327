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
        Surroundings process = Surroundings.ofProcess(stop);
        int status = 1;
        try {
            status = CommandLineFace.run(process, args);
            // A print stream swallows what goes wrong; a reply that was lost is no success.
            if (process.out().checkError() && status == 0) {
                process.err().println("error: the output could not be written");
                status = 1;
            }
        } finally {
            stop.ended(status);
        }
        System.exit(status);
    }
}
