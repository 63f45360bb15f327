/**
 * Internal: the store that keeps sessions and runs in memory, and the search for a store by its URL. Stores that need a
 * library or a server live in modules of their own.
 */
@NullMarked
package org.copilotframework.core.storage;

import org.jspecify.annotations.NullMarked;
