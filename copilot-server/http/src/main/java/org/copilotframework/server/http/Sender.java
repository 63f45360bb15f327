package org.copilotframework.server.http;

import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, as far as it is believed.
 *
 * @param address from where it comes
 * @param secure whether it came there by TLS
 * @param host under which name it came, if a proxy that is believed says so
 */
record Sender(String address, boolean secure, @Nullable String host) {}
