/** Internal: names that come near an unknown one, for messages that help. */
@NullMarked
package org.copilotframework.core.naming;

import org.jspecify.annotations.NullMarked;
