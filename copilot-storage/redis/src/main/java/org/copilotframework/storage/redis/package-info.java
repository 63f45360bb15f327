/** Sessions, runs and values in Redis. */
@NullMarked
package org.copilotframework.storage.redis;

import org.jspecify.annotations.NullMarked;
