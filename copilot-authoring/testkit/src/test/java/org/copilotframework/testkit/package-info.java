/** The kit tried on plugins that are really compiled, indexed and packed. */
@NullMarked
package org.copilotframework.testkit;

import org.jspecify.annotations.NullMarked;
