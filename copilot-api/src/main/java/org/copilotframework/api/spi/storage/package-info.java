/**
 * What a store of sessions and runs must offer: bounded reads, and one atomic {@link
 * org.copilotframework.api.spi.storage.Commit} per activation. An implementation knows neither the orchestrator nor its
 * siblings.
 */
@NullMarked
package org.copilotframework.api.spi.storage;

import org.jspecify.annotations.NullMarked;
