/**
 * Internal: plugins that bring implementations of the host's own SPIs. They are found in the folder of plugins and loaded in a
 * first phase, before a store is opened, and fixed until the orchestrator closes. Which SPI is looked for, and what two
 * providers of one name mean, is the business of whoever asks; agents live in {@code core.plugin}.
 */
@NullMarked
package org.copilotframework.core.provider;

import org.jspecify.annotations.NullMarked;
