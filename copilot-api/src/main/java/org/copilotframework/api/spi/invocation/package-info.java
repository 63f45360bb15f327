/** What may look at or refuse an invocation on its way to the agent. */
@NullMarked
package org.copilotframework.api.spi.invocation;

import org.jspecify.annotations.NullMarked;
