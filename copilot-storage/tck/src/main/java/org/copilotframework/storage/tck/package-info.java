/** The conformance kit of the Storage SPI: abstract test classes that every store passes against its real backend. */
@NullMarked
package org.copilotframework.storage.tck;

import org.jspecify.annotations.NullMarked;
