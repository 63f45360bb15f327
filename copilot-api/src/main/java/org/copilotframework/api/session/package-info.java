/** A conversation over several runs: an append-only log of turns and a small map of state, both of one tenant. */
@NullMarked
package org.copilotframework.api.session;

import org.jspecify.annotations.NullMarked;
