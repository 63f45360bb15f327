/**
 * Internal: the fleet, which is what several nodes have in common. A {@code Manifest} in the store of files says which plugins all
 * of them shall serve, a {@code Publisher} changes it, and {@code NodeReports} tells the others what this node serves and finds
 * where they differ. Which archive becomes which generation is the affair of {@code core.plugin}.
 */
@NullMarked
package org.copilotframework.core.fleet;

import org.jspecify.annotations.NullMarked;
