/**
 * Internal: what is audited, and where it goes. An {@code AuditTrail} hands each entry to all sinks; the host's own are a log and the
 * storage. What is worth an entry is the affair of {@code core.access} and of the faces.
 */
@NullMarked
package org.copilotframework.core.audit;

import org.jspecify.annotations.NullMarked;
