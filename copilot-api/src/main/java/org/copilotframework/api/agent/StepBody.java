package org.copilotframework.api.agent;

/**
 * The work of one step of a run.
 *
 * @param <T> what it results in
 */
@FunctionalInterface
public interface StepBody<T> {
    /**
     * Does the work.
     *
     * @param stepKey a key that is the same each time this step of this run is done, and no other's: to be passed on as an
     *     idempotency key
     * @return the result, never null
     * @throws Exception whatever goes wrong; the step then has no result
     */
    T run(String stepKey) throws Exception;
}
