/** Who calls: the tenant, the principal and what he may do. How a caller proves it lives in the faces, not here. */
@NullMarked
package org.copilotframework.api.caller;

import org.jspecify.annotations.NullMarked;
