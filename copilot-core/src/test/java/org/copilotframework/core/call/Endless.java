package org.copilotframework.core.call;

import java.util.concurrent.CountDownLatch;

/** Agents that never finish by themselves. */
final class Endless {
    private Endless() {}

    /** Is at work until it is interrupted, as a canceled agent is. */
    static void work() throws InterruptedException {
        new CountDownLatch(1).await();
    }
}
