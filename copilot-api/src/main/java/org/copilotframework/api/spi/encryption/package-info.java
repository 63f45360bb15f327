/**
 * Encryption at rest: what stands between the host and its stores ({@link
 * org.copilotframework.api.spi.encryption.Encryption}), who wraps the keys that it uses ({@link
 * org.copilotframework.api.spi.encryption.KeyWrapper}), and where these lie ({@link
 * org.copilotframework.api.spi.encryption.KeyPlace}). Secrets of plugins do not live here.
 */
@NullMarked
package org.copilotframework.api.spi.encryption;

import org.jspecify.annotations.NullMarked;
