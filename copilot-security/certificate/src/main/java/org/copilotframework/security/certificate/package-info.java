/**
 * Authentication by the certificates that clients show over TLS. Whether a certificate is to be believed was decided by the server that
 * spoke TLS; here it is read.
 */
@NullMarked
package org.copilotframework.security.certificate;

import org.jspecify.annotations.NullMarked;
