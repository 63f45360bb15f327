package org.copilotframework.core;

/**
 * What was deleted of a tenant.
 *
 * @param stored how many sessions, runs, values and messages
 * @param files how many files
 */
public record Erased(long stored, long files) {}
