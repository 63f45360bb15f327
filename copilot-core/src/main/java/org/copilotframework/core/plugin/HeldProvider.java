package org.copilotframework.core.plugin;

/**
 * What a file of the watched folder holds that says it is a provider.
 *
 * @param version empty if it is not known
 * @param digest empty if the file cannot be read
 * @param problem why the next start cannot load it; empty if it can
 */
record HeldProvider(String id, String version, String digest, String problem) {}
