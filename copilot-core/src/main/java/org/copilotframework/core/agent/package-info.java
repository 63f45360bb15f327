/**
 * Internal: the agents that can be called at this moment, and the leases that keep a generation of a plugin alive while it is
 * called. The plugin host writes here, the pipeline reads. Nothing here knows PF4J.
 */
@NullMarked
package org.copilotframework.core.agent;

import org.jspecify.annotations.NullMarked;
