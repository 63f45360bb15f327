/** Internal: submitted runs as this process sees them: their handles, their retained events, and where they are found. */
@NullMarked
package org.copilotframework.core.run;

import org.jspecify.annotations.NullMarked;
