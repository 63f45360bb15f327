package org.copilotframework.api.spi.storage;

import org.jspecify.annotations.Nullable;

/**
 * What a commit left in the store.
 *
 * @param repeated whether the commit had been made before, so that nothing was written now
 * @param turn the session's turn as it is stored, or null if the commit changed no session
 * @param fence the run's fence as this commit left it, which is one more than it expected, or 1 if the run began with it; for a
 *     repeated commit too, although the run may have gone on since. 0 if the commit began or changed no run
 */
public record CommitResult(boolean repeated, @Nullable StoredTurn turn, long fence) {}
