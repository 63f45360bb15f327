package org.copilotframework.core.run;

/**
 * What an activation has cost before the last change of its run. The workers that the store counts since then are not in it.
 *
 * @param begun how many workers took it up and were not heard of again, or are at work on it
 * @param handedBack how many workers gave it back while its agent was at work
 * @param turnedAway how many workers, one after the other, gave it back before its agent was at work
 */
public record Effort(int begun, int handedBack, int turnedAway) {
    /** Nobody has taken it up. */
    public static final Effort NONE = new Effort(0, 0, 0);

    /** Whoever made the change took it up with the same commit. */
    public static final Effort BEGUN = new Effort(1, 0, 0);

    /**
     * The last worker gives it back, and so has not died of it.
     *
     * @param attempt how many workers have taken it since the last change
     * @param worked whether its agent was at work
     * @return what it has cost so far
     */
    public Effort returned(int attempt, boolean worked) {
        return new Effort(
                Math.max(0, begun + attempt - 1), worked ? handedBack + 1 : handedBack, worked ? 0 : turnedAway + 1);
    }

    /**
     * A worker takes it up by a change of his own, not by a claim.
     *
     * @param attempt how many workers have taken it since the last change
     * @return what it has cost with him
     */
    public Effort taken(int attempt) {
        return new Effort(begun + attempt + 1, handedBack, turnedAway);
    }
}
