/**
 * The kit for stores of files: what every {@link org.copilotframework.api.spi.blob.Blobs} promises, as abstract test classes. The
 * kit for stores of sessions and runs is in the package above.
 */
@NullMarked
package org.copilotframework.storage.tck.blob;

import org.jspecify.annotations.NullMarked;
