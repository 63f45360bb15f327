/** Internal: SQLite. One writer with its own thread that commits in groups, and a few connections that only read. */
@NullMarked
package org.copilotframework.storage.jdbc.sqlite;

import org.jspecify.annotations.NullMarked;
