package org.copilotframework.api.spi.storage;

import org.copilotframework.api.session.Turn;
import org.jspecify.annotations.Nullable;

/**
 * What a commit left in the store.
 *
 * @param repeated whether the turn had been committed before, so that nothing was written now
 * @param turn the session's turn as it is stored, or null if the commit changed no session
 */
public record CommitResult(boolean repeated, @Nullable Turn turn) {}
