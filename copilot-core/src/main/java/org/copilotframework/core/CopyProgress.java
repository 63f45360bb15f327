package org.copilotframework.core;

/** Hears how far the copy of a store is. */
@FunctionalInterface
public interface CopyProgress {
    /**
     * Something was done.
     *
     * @param what counting, copying or comparing
     * @param done how many turns, runs and values
     * @param total of how many
     */
    void at(String what, long done, long total);
}
