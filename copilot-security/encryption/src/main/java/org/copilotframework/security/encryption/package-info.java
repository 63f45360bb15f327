/**
 * Encryption at rest: a decorator of {@link org.copilotframework.api.spi.storage.Storage} and {@link
 * org.copilotframework.api.spi.blob.Blobs}, and a wrapper of keys by a secret from the settings. All but the two providers is
 * internal.
 */
@NullMarked
package org.copilotframework.security.encryption;

import org.jspecify.annotations.NullMarked;
