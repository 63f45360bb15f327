/**
 * Bearer tokens that are signed JWTs: by a secret that both sides have, or by an issuer whose public keys are read from it. What a
 * token allows is decided elsewhere; here is only told whose it is and what its issuer has put into it.
 */
@NullMarked
package org.copilotframework.security.jwt;

import org.jspecify.annotations.NullMarked;
