/**
 * Endpoints for operators that an implementation adds to whichever face there is: a page of metrics, the levels of logs. In JDK types,
 * so that neither knows the other.
 */
@NullMarked
package org.copilotframework.api.spi.management;

import org.jspecify.annotations.NullMarked;
