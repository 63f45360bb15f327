/**
 * Internal: secrets that settings name as {@code ${secret:name}}: the sources they are read from, what is kept of them, and how they
 * are kept anew. Which settings may name one, and how, is the business of {@code core.settings}.
 */
@NullMarked
package org.copilotframework.core.secret;

import org.jspecify.annotations.NullMarked;
