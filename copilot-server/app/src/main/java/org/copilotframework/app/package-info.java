/**
 * The command line: one class for each command, over the orchestrator's public face. Commands print through {@link
 * org.copilotframework.app.Terminal}; what an agent does is not decided here.
 */
@NullMarked
package org.copilotframework.app;

import org.jspecify.annotations.NullMarked;
