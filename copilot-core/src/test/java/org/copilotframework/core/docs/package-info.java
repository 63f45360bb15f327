/** Holds the README and the pages of {@code docs/} to the code: what they show compiles and runs, what they name exists. */
@NullMarked
package org.copilotframework.core.docs;

import org.jspecify.annotations.NullMarked;
