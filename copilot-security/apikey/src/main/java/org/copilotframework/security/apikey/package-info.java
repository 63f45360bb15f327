/**
 * Keys in the header {@code X-API-KEY}: the one of the settings, and many that are made, listed, rotated and revoked. What a key is
 * allowed is decided elsewhere; here is only told who has it.
 */
@NullMarked
package org.copilotframework.security.apikey;

import org.jspecify.annotations.NullMarked;
