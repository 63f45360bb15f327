/**
 * The levels of the log, which operators see and change while the server runs. What is logged is not decided here, and which file the
 * log is set up by neither.
 */
@NullMarked
package org.copilotframework.app.log;

import org.jspecify.annotations.NullMarked;
