/** Sessions, runs and values in SQLite or PostgreSQL. */
@NullMarked
package org.copilotframework.storage.jdbc;

import org.jspecify.annotations.NullMarked;
