/**
 * Internal: the straight corridor that a call walks from the client to the agent and back, one file per room, and the threads
 * that agents run on. What a session or a run is lives beside this package; plugins and their loading are not known here.
 */
@NullMarked
package org.copilotframework.core.call;

import org.jspecify.annotations.NullMarked;
