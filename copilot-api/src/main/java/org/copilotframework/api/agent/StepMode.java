package org.copilotframework.api.agent;

/** What a step promises if the process ends while it is done. */
public enum StepMode {
    /** It is done again. */
    AT_LEAST_ONCE,
    /** Its body is entered once; whoever asks for it next and finds no result is told that it is in doubt. Costs one write more. */
    AT_MOST_ONCE
}
