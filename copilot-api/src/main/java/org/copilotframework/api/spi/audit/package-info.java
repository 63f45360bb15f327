/** Who did what to which tenant's what, kept for those who have to know later. */
@NullMarked
package org.copilotframework.api.spi.audit;

import org.jspecify.annotations.NullMarked;
