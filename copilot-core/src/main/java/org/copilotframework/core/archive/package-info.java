/**
 * Internal: plugin archives as files. An archive is copied, checked and described here before any of its code is loaded, and
 * the set of plugins that shall run is remembered here. Class loaders, PF4J's managers and the watched folder live in the
 * plugin host.
 */
@NullMarked
package org.copilotframework.core.archive;

import org.jspecify.annotations.NullMarked;
