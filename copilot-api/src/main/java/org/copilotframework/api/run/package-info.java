/** One call of an agent as it is seen from outside: its id, its state, its events, its reply. */
@NullMarked
package org.copilotframework.api.run;

import org.jspecify.annotations.NullMarked;
