/**
 * The contract between the orchestrator, the plugins it hosts and the applications that embed it.
 *
 * <p>This package holds only what concerns the contract as a whole: its {@linkplain org.copilotframework.api.ApiGeneration
 * generation}, and which of its interfaces the host alone implements. Each concept has a package of its own: {@code agent}, {@code message}, {@code run}, {@code session},
 * {@code caller}, {@code client}, {@code plugin}, {@code error}; what an implementation of storage, authorisation and the
 * like must offer lives below {@code spi}. No implementation lives in this artifact.
 */
@NullMarked
package org.copilotframework.api;

import org.jspecify.annotations.NullMarked;
