package org.copilotframework.app;

import java.util.concurrent.Callable;

/** What all commands share: the common options, and a terminal that prints as they say. */
abstract class Command implements Callable<Integer> {
    final Surroundings surroundings;
    final CommonOptions options;

    Command(Surroundings surroundings, CommonOptions options) {
        this.surroundings = surroundings;
        this.options = options;
    }

    /**
     * Does the work. Whatever it throws becomes a message and an exit status.
     *
     * @param terminal where to say what happened
     */
    abstract void run(Terminal terminal) throws Exception;

    @Override
    public final Integer call() throws Exception {
        Logs.prepare(options.debug, verbose());
        Terminal terminal = new Terminal(surroundings, options.json);
        try {
            run(terminal);
        } finally {
            terminal.endProgress();
        }
        return 0;
    }

    /** Whether the log tells of what goes well too. */
    boolean verbose() {
        return false;
    }
}
