/**
 * The conformance kit of the Storage SPI, which every store passes against its real backend. {@link
 * org.copilotframework.storage.tck.StorageKit} is where to begin.
 */
@NullMarked
package org.copilotframework.storage.tck;

import org.jspecify.annotations.NullMarked;
