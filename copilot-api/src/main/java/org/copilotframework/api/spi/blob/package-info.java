/** What a store of files must offer. An implementation knows neither the orchestrator nor its siblings. */
@NullMarked
package org.copilotframework.api.spi.blob;

import org.jspecify.annotations.NullMarked;
