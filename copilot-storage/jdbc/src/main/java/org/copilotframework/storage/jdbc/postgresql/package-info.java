/**
 * Internal: PostgreSQL. Each call is one round trip and one transaction: the tenant that row-level security goes by is set in
 * front of the one statement that does the work.
 */
@NullMarked
package org.copilotframework.storage.jdbc.postgresql;

import org.jspecify.annotations.NullMarked;
