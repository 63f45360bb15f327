/** Internal: the queue before a session, and the agent's view of one. Nothing here stores a session. */
@NullMarked
package org.copilotframework.core.session;

import org.jspecify.annotations.NullMarked;
