/**
 * Sessions, runs and values in Redis: one script per change, which touches the keys of one hash slot only. All but the
 * provider is internal.
 */
@NullMarked
package org.copilotframework.storage.redis;

import org.jspecify.annotations.NullMarked;
