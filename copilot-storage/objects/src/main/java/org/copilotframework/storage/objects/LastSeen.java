package org.copilotframework.storage.objects;

import java.time.Duration;

/**
 * When a bucket was last seen to be there. Some services say of an object in a bucket that is gone what they say of an object that
 * is gone; who is told so looks at the bucket, too, unless it was seen just now. Safe for use by several threads.
 */
public final class LastSeen {
    private static final long JUST_NOW = Duration.ofSeconds(10).toNanos();

    private volatile long at = System.nanoTime() - JUST_NOW;

    /** It was not seen yet. */
    public LastSeen() {}

    /** It is there. */
    public void now() {
        at = System.nanoTime();
    }

    /**
     * Whether another look can be spared.
     *
     * @return true for ten seconds after it was seen
     */
    public boolean isJustNow() {
        return System.nanoTime() - at < JUST_NOW;
    }
}
