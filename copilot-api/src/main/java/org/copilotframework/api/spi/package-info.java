/** What all service provider interfaces share. Each service has a package of its own below. */
@NullMarked
package org.copilotframework.api.spi;

import org.jspecify.annotations.NullMarked;
