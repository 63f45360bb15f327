/**
 * Internal: which encryption stands before the stores, who wraps its keys, and where these lie. The encryption itself is brought by
 * a provider.
 */
@NullMarked
package org.copilotframework.core.encryption;

import org.jspecify.annotations.NullMarked;
