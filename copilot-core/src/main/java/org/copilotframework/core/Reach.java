package org.copilotframework.core;

/**
 * From where a server can be reached, and how.
 *
 * @param loopback whether only this machine reaches it
 * @param plain whether what is sent can be read on its way: there is no TLS, and no proxy is declared that has it
 */
public record Reach(boolean loopback, boolean plain) {}
