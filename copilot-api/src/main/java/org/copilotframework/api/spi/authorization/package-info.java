/** Who may do what. */
@NullMarked
package org.copilotframework.api.spi.authorization;

import org.jspecify.annotations.NullMarked;
