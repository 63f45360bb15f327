/**
 * Internal: what both databases have in common. The faces of the store, the reads and the words of its errors; how statements
 * get to a database, and all that writes, is the affair of a {@link org.copilotframework.storage.jdbc.sql.Database}.
 */
@NullMarked
package org.copilotframework.storage.jdbc.sql;

import org.jspecify.annotations.NullMarked;
