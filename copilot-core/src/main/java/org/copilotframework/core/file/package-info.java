/** Internal: what the local disk is asked for in more than one place: to keep what it was given, and to forget a whole folder. */
@NullMarked
package org.copilotframework.core.file;

import org.jspecify.annotations.NullMarked;
