/**
 * What a store of sessions, runs and values must offer: bounded reads, and one atomic {@link
 * org.copilotframework.api.spi.storage.Commit} per activation. Content is {@linkplain
 * org.copilotframework.api.spi.storage.Payload opaque}. An implementation knows neither the orchestrator nor its siblings.
 */
@NullMarked
package org.copilotframework.api.spi.storage;

import org.jspecify.annotations.NullMarked;
