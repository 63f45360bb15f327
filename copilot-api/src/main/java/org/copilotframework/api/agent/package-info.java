/**
 * What the author of an agent writes and what the host gives him: {@link org.copilotframework.api.agent.Agent}, its typed
 * form, its request and reply, and the context of one activation.
 */
@NullMarked
package org.copilotframework.api.agent;

import org.jspecify.annotations.NullMarked;
