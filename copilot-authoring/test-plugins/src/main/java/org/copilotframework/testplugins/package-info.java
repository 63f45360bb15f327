/** Plugin archives for tests, really compiled and really packed, good ones and bad ones. */
@NullMarked
package org.copilotframework.testplugins;

import org.jspecify.annotations.NullMarked;
