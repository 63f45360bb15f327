/**
 * TLS of the server's own: what the files say, checked, and read anew when they change. Internal but for the settings, and nothing of
 * HTTP is here.
 */
@NullMarked
package org.copilotframework.server.http.tls;

import org.jspecify.annotations.NullMarked;
