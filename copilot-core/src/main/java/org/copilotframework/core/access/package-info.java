/**
 * Internal: the door. {@code Door} lets in who comes over a network, by the authenticators of a {@code Chain}, and says what he may do.
 * What an authenticator looks at is its own affair; who calls without a network is vouched for by the application.
 */
@NullMarked
package org.copilotframework.core.access;

import org.jspecify.annotations.NullMarked;
