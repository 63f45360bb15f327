/** Internal: names that come near an unknown one, names as messages may show them, and names that the host keeps for itself. */
@NullMarked
package org.copilotframework.core.naming;

import org.jspecify.annotations.NullMarked;
