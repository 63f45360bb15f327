package org.copilotframework.core.run;

import org.copilotframework.api.message.Message;

/** What can be done to a run that is not at work in this process. Each method may block. */
public interface RunControl {
    /**
     * Ends a run.
     *
     * @param run which run
     * @param why the reason, for a person
     * @return whether this ended it
     */
    boolean cancel(RunHandle run, String why);

    /**
     * Gives a run the input it waits for.
     *
     * @param run which run
     * @param message the input
     * @throws org.copilotframework.api.error.ConflictException if it waits for none
     */
    void input(RunHandle run, Message message);
}
